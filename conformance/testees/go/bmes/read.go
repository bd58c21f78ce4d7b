package bmes

// Decoded is the content of a file of versions 1 to 3.
type Decoded struct {
	Record   Record
	Bytecode Range
}

// Decode validates a file of versions 1 to 3 and returns its content.
// It does not apply the rules of section 6; Check does.
func Decode(file []byte) (*Decoded, error) {
	r, err := read(file)
	if err != nil {
		return nil, err
	}
	return &Decoded{r.record, r.bytecode}, nil
}

// Extract returns the position of the bytecode of a file of version 2 or 3.
// It reads only the header, so the metadata of the file can be invalid.
func Extract(file []byte) (Range, error) {
	r := reader{file: file, end: len(file)}
	r.header()
	if r.err == nil && r.record.Version == 1 {
		r.fail(UnsupportedVersion, 4, "the header of version 1 does not say where the bytecode is")
	}
	return r.bytecode, r.err
}

// The sizes in bytes of the smallest entry of each kind (count-bounds).
const (
	smallestRequest    = 8
	smallestAttribute  = 8
	smallestImport     = 16
	smallestExport     = 20
	smallestStarExport = 4
	smallestVariable   = 8
)

// maxPadding is the largest number of bytes between the metadata and the bytecode.
const maxPadding = 7

// reader reads a file of versions 1 to 3 from front to back.
//
// It keeps the first error. After an error, every method returns a zero value and changes nothing,
// so the code need not test for an error after each field.
type reader struct {
	file     []byte
	at       int // offset of the next byte, at most end
	end      int // where the "bytes left" end
	err      error
	record   Record
	bytecode Range
	starts   starts
}

// starts has the offset of each entry in the file. A checker reports these offsets.
type starts struct {
	requests, imports, exports, starExports, declared, lexical []int
}

// read validates a file of versions 1 to 3.
func read(file []byte) (*reader, error) {
	r := &reader{file: file, end: len(file)}
	r.header()
	r.metadata()
	if r.record.Version == 1 {
		r.bytecodeWithSize()
	} else {
		r.padding()
	}
	return r, r.err
}

// header reads the fields before the request count.
func (r *reader) header() {
	r.record.Version, r.err = Identify(r.file)
	if r.err != nil {
		return
	}
	r.at = 8
	switch r.record.Version {
	case 1:
	case 2, 3:
		r.bytecodeFromHeader()
	default:
		r.fail(UnsupportedVersion, 4, "the version is not 1, 2 or 3")
	}
}

// bytecodeFromHeader reads where the bytecode of versions 2 and 3 is.
// The bytes left then end where the bytecode begins (metadata-bounds).
func (r *reader) bytecodeFromHeader() {
	offset, size := uint64(r.u32()), uint64(r.u32())
	length := uint64(len(r.file))
	switch {
	case r.err != nil: // header-whole comes before the checks of the two numbers
	case offset < 16:
		r.fail(BadLayout, 8, "bytecode_offset points into the header")
	case r.record.Version == 3 && offset%8 != 0:
		r.fail(BadLayout, 8, "bytecode_offset is not a multiple of 8")
	case offset > length:
		r.fail(Truncated, 8, "bytecode_offset is larger than the file's length")
	case offset+size > length:
		r.fail(Truncated, 12, "the file ends before the end of the bytecode")
	case offset+size < length:
		r.fail(TrailingBytes, 12, "bytes follow the bytecode")
	default:
		r.end = int(offset)
		r.bytecode = Range{int(offset), int(size)}
	}
}

// metadata reads the fields that all versions have in common, and those that version 3 adds.
func (r *reader) metadata() {
	r.record.Requests = entries(r, smallestRequest, &r.starts.requests, r.request)
	r.record.Imports = entries(r, smallestImport, &r.starts.imports, r.importEntry)
	r.record.Exports = entries(r, smallestExport, &r.starts.exports, r.exportEntry)
	r.record.StarExports = entries(r, smallestStarExport, &r.starts.starExports, r.string)
	if r.record.Version == 3 {
		r.record.Engine = &EngineWords{
			DeclaredVariables: entries(r, smallestVariable, &r.starts.declared, r.variable),
			LexicalVariables:  entries(r, smallestVariable, &r.starts.lexical, r.variable),
			CodeFeatures:      r.u32(),
		}
	}
}

func (r *reader) request() Request {
	request := Request{Specifier: r.string()}
	start := r.at
	switch r.u32() {
	case 0:
	case 1:
		request.Attributes = entries(r, smallestAttribute, nil, r.attribute)
	default:
		r.fail(BadFlag, start, "has_attributes is neither 0 nor 1")
	}
	return request
}

// The calls in a composite literal run from left to right, which is the order of the file.

func (r *reader) attribute() Attribute {
	return Attribute{Key: r.string(), Value: r.string()}
}

func (r *reader) importEntry() Import {
	return Import{
		Type:          ImportType(r.entryType()),
		ModuleRequest: r.string(),
		ImportName:    r.string(),
		LocalName:     r.string(),
	}
}

func (r *reader) exportEntry() Export {
	return Export{
		Type:       ExportType(r.entryType()),
		ExportName: r.string(),
		ModuleName: r.string(),
		ImportName: r.string(),
		LocalName:  r.string(),
	}
}

func (r *reader) variable() Variable {
	return Variable{Name: r.string(), Bits: r.u32()}
}

// bytecodeWithSize reads the end of a file of version 1.
func (r *reader) bytecodeWithSize() {
	start := r.at
	size := r.u32()
	switch {
	case r.err != nil:
	case uint64(size) > uint64(r.left()):
		r.fail(Truncated, start, "the file ends before the end of the bytecode")
	case uint64(size) < uint64(r.left()):
		r.fail(TrailingBytes, r.at+int(size), "bytes follow the bytecode")
	default:
		r.bytecode = Range{r.at, int(size)}
	}
}

// padding reads the bytes between the metadata and the bytecode of versions 2 and 3.
func (r *reader) padding() {
	if r.err == nil && r.left() > maxPadding {
		r.fail(BadLayout, 8, "more than seven bytes lie between the metadata and the bytecode")
	}
	for ; r.err == nil && r.left() > 0; r.at++ {
		if r.file[r.at] != 0 {
			r.fail(BadLayout, r.at, "a byte of the padding is not zero")
		}
	}
}

// entries reads a count and then this number of entries. It appends their offsets to starts, unless
// starts is nil.
func entries[T any](r *reader, smallest int, starts *[]int, read func() T) []T {
	n := r.count(smallest)
	list := make([]T, 0, n)
	if starts != nil {
		*starts = make([]int, 0, n)
	}
	for i := 0; i < n && r.err == nil; i++ {
		if starts != nil {
			*starts = append(*starts, r.at)
		}
		list = append(list, read())
	}
	return list
}

// count reads a count. After it, memory for all entries is a constant multiple of the bytes left.
func (r *reader) count(smallest int) int {
	start := r.at
	n := r.u32()
	if r.err == nil && uint64(n)*uint64(smallest) > uint64(r.left()) {
		r.fail(Truncated, start, "the bytes left cannot hold this number of entries")
	}
	if r.err != nil {
		return 0
	}
	return int(n)
}

func (r *reader) entryType() uint32 {
	start := r.at
	n := r.u32()
	if n > lastType {
		r.fail(BadType, start, "the type is not 0, 1 or 2")
	}
	return n
}

func (r *reader) string() string {
	start := r.at
	size := r.u32()
	if r.err == nil && uint64(size) > uint64(r.left()) {
		r.fail(Truncated, start, "the bytes left cannot hold the string")
	}
	if r.err != nil {
		return ""
	}
	text := r.file[r.at : r.at+int(size)]
	if bad := illFormed(text); bad >= 0 {
		r.fail(BadUTF8, r.at+bad, "the string is not UTF-8")
		return ""
	}
	r.at += int(size)
	return string(text)
}

func (r *reader) u32() uint32 {
	if r.err == nil && r.left() < 4 {
		r.fail(Truncated, r.at, "the bytes left cannot hold a number")
	}
	if r.err != nil {
		return 0
	}
	r.at += 4
	return u32(r.file, r.at-4)
}

func (r *reader) left() int { return r.end - r.at }

// fail keeps the error, unless there is one already.
func (r *reader) fail(class Class, offset int, message string) {
	if r.err == nil {
		r.err = reject(class, offset, message)
	}
}
