package bmes

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"unicode/utf8"
)

// Encode4 returns the one canonical file of version 4 for a record, its text and its bytecode.
// It changes none of its arguments. An empty text is no text, and empty bytecode is no bytecode.
//
// The writer rejects what it cannot sort or write, writes the file, and then checks the file. The
// classes of the other faults are the same in the record and in the file (v4-writer-no-repair).
func Encode4(record *Record4, text, bytecode []byte) ([]byte, error) {
	if err := validateRecord4(record); err != nil {
		return nil, err
	}
	file, err := writeFile4(sortRecord4(record), text, bytecode)
	if err != nil {
		return nil, err
	}
	if err := Check4(file); err != nil {
		var fault *Error
		if errors.As(err, &fault) {
			return nil, rejectRecord(fault.Class, fault.Message)
		}
		return nil, err
	}
	return file, nil
}

// validateRecord4 rejects a record that the writer cannot sort or write.
func validateRecord4(record *Record4) error {
	switch {
	case !record.indicesAreValid():
		return rejectRecord(BadIndex, "an index has no entry")
	case !isAlignment(record.Alignment):
		return rejectRecord(BadLayout, "the alignment is not a power of two from 8 to 65536")
	case record.Source.Size > maxU32:
		return rejectRecord(TooLarge, "the source has 4294967296 bytes or more")
	}
	for i := range record.Requests {
		if record.Requests[i].Phase > lastPhase {
			return rejectRecord(BadType, "the phase of a request is not defined")
		}
	}
	for _, text := range record.Strings {
		if !utf8.ValidString(text) {
			return rejectRecord(BadUTF8, "a string of the record is not UTF-8")
		}
	}
	return nil
}

// indicesAreValid reports whether each index has an entry, or is None where it can be.
func (record *Record4) indicesAreValid() bool {
	valid := true
	check := func(index uint32, length int) {
		valid = valid && uint64(index) < uint64(length)
	}
	checkOrNone := func(index uint32, length int) {
		if index != None {
			check(index, length)
		}
	}
	strings, requests := len(record.Strings), len(record.Requests)
	for _, request := range record.Requests {
		check(request.Specifier, strings)
		for _, attribute := range request.Attributes {
			check(attribute.Key, strings)
			check(attribute.Value, strings)
		}
	}
	for _, entry := range record.Imports {
		check(entry.LocalName, strings)
		check(entry.Request, requests)
		checkOrNone(entry.ImportName, strings)
	}
	for _, entry := range record.Exports {
		check(entry.ExportName, strings)
		checkOrNone(entry.Request, requests)
		checkOrNone(entry.Name, strings)
	}
	for _, entry := range record.TolerantImports {
		check(entry, len(record.Imports))
	}
	for _, request := range record.StarExports {
		check(request, requests)
	}
	if record.Environment != nil {
		for _, variable := range record.Environment.DeclaredVariables {
			check(variable.Name, strings)
		}
		for _, variable := range record.Environment.LexicalVariables {
			check(variable.Name, strings)
		}
	}
	return valid
}

// sortRecord4 returns a copy of the record in the order of the file.
func sortRecord4(record *Record4) *Record4 {
	out := *record
	var rank []uint32
	out.Strings, rank = sortStrings(record.Strings)
	renamed := func(index uint32) uint32 {
		if index == None {
			return None
		}
		return rank[index]
	}

	out.Requests = make([]Request4, len(record.Requests))
	for i, request := range record.Requests {
		attributes := make([]Attribute4, len(request.Attributes))
		for j, attribute := range request.Attributes {
			attributes[j] = Attribute4{rank[attribute.Key], rank[attribute.Value]}
		}
		attributes = mergeSort(attributes, func(a, b Attribute4) bool { return a.Key < b.Key })
		out.Requests[i] = Request4{rank[request.Specifier], request.Phase, attributes}
	}

	// Tolerant imports refer to imports, so the new index of each import is needed.
	sorted := mergeSort(sequence(len(record.Imports)), func(a, b uint32) bool {
		return rank[record.Imports[a].LocalName] < rank[record.Imports[b].LocalName]
	})
	out.Imports = make([]Import4, len(sorted))
	importRank := make([]uint32, len(sorted))
	for i, old := range sorted {
		entry := record.Imports[old]
		out.Imports[i] = Import4{rank[entry.LocalName], entry.Request, renamed(entry.ImportName)}
		importRank[old] = uint32(i)
	}
	out.TolerantImports = make([]uint32, len(record.TolerantImports))
	for i, entry := range record.TolerantImports {
		out.TolerantImports[i] = importRank[entry]
	}
	out.TolerantImports = mergeSort(out.TolerantImports, lessU32)

	out.Exports = make([]Export4, len(record.Exports))
	for i, entry := range record.Exports {
		out.Exports[i] = Export4{rank[entry.ExportName], entry.Request, renamed(entry.Name)}
	}
	out.Exports = mergeSort(out.Exports, func(a, b Export4) bool {
		return a.ExportName < b.ExportName
	})
	out.StarExports = mergeSort(record.StarExports, lessU32)

	if record.Environment != nil {
		environment := *record.Environment
		environment.DeclaredVariables = sortVariables4(environment.DeclaredVariables, rank)
		environment.LexicalVariables = sortVariables4(environment.LexicalVariables, rank)
		out.Environment = &environment
	}
	return &out
}

// sortStrings returns the strings in ascending order, each one once, and for each given string its
// index among them.
func sortStrings(list []string) (sorted []string, rank []uint32) {
	order := mergeSort(sequence(len(list)), func(a, b uint32) bool { return list[a] < list[b] })
	rank = make([]uint32, len(list))
	for _, i := range order {
		if len(sorted) == 0 || sorted[len(sorted)-1] != list[i] {
			sorted = append(sorted, list[i])
		}
		rank[i] = uint32(len(sorted) - 1)
	}
	return sorted, rank
}

func sortVariables4(list []Variable4, rank []uint32) []Variable4 {
	out := make([]Variable4, len(list))
	for i, variable := range list {
		out[i] = Variable4{rank[variable.Name], variable.Bits}
	}
	return mergeSort(out, func(a, b Variable4) bool { return a.Name < b.Name })
}

// requestOrder returns the column order: the indices of the requests in ascending order.
func requestOrder(requests []Request4) []uint32 {
	return mergeSort(sequence(len(requests)), func(a, b uint32) bool {
		return requests[a].less(&requests[b])
	})
}

// less compares two requests as v4-requests-ascend says. Their attributes have to be sorted.
func (r *Request4) less(other *Request4) bool {
	if r.Specifier != other.Specifier {
		return r.Specifier < other.Specifier
	}
	if r.Phase != other.Phase {
		return r.Phase < other.Phase
	}
	for i, a := range r.Attributes {
		if i == len(other.Attributes) {
			return false
		}
		b := other.Attributes[i]
		if a.Key != b.Key {
			return a.Key < b.Key
		}
		if a.Value != b.Value {
			return a.Value < b.Value
		}
	}
	return len(r.Attributes) < len(other.Attributes)
}

// sequence returns the numbers from 0 to n − 1.
func sequence(n int) []uint32 {
	list := make([]uint32, n)
	for i := range list {
		list[i] = uint32(i)
	}
	return list
}

func lessU32(a, b uint32) bool { return a < b }

// countsOf returns the twelve numbers of the metadata. It reports whether they fit their fields.
func countsOf(record *Record4) (c counts, fit bool) {
	fit = true
	add := func(field *uint32, n int) {
		sum := uint64(*field) + uint64(n)
		fit = fit && sum <= maxU32
		*field = uint32(sum)
	}
	add(&c.strings, len(record.Strings))
	for _, text := range record.Strings {
		add(&c.stringBytes, len(text))
	}
	add(&c.requests, len(record.Requests))
	for i := range record.Requests {
		add(&c.attributes, len(record.Requests[i].Attributes))
	}
	add(&c.imports, len(record.Imports))
	add(&c.exports, len(record.Exports))
	add(&c.stars, len(record.StarExports))
	add(&c.tolerant, len(record.TolerantImports))
	if environment := record.Environment; environment != nil {
		add(&c.declared, len(environment.DeclaredVariables))
		add(&c.lexical, len(environment.LexicalVariables))
		c.codeFeatures, c.lexFeatures = environment.CodeFeatures, environment.LexicalFeatures
	}
	return c, fit && c.metadataSize() <= maxU32
}

// writeFile4 writes a record that sortRecord4 has sorted.
func writeFile4(record *Record4, text, bytecode []byte) ([]byte, error) {
	counts, fit := countsOf(record)
	tooLarge := rejectRecord(TooLarge, "the file would have more than 4294967295 bytes")
	if !fit || uint64(len(text)) > maxU32 || uint64(len(bytecode)) > maxU32 {
		return nil, tooLarge
	}
	metadataSize := uint32(counts.metadataSize())
	end := partsOf(metadataSize, uint32(len(text)), uint32(len(bytecode)), record.Alignment)
	if end.file > maxU32 {
		return nil, tooLarge
	}

	file := make([]byte, headerSize4, end.file)
	put := func(at int, value uint32) { binary.LittleEndian.PutUint32(file[at:], value) }
	put(0, magic)
	put(atVersion, 4)
	put(atFlags, flagsOf(record))
	put(atAlignment, record.Alignment)
	put(atMetadataSize, metadataSize)
	put(atSourceSize, uint32(record.Source.Size))
	put(atTextSize, uint32(len(text)))
	put(atBytecodeSize, uint32(len(bytecode)))
	copy(file[atProducer:], record.Producer[:])
	copy(file[atSourceDigest:], record.Source.Digest[:])
	file = appendMetadata4(file, record, &counts)
	put(atMetadataCRC, crc32.ChecksumIEEE(file[headerSize4:]))
	put(atTextCRC, crc32.ChecksumIEEE(text)) // the checksum of no bytes is 0
	put(atBytecodeCRC, crc32.ChecksumIEEE(bytecode))
	put(atHeaderCRC, crc32.ChecksumIEEE(file[:atHeaderCRC]))

	file = append(file[:end.textStart], text...) // the bytes beyond len(file) are zeros
	return append(file[:end.bytecodeStart], bytecode...), nil
}

func flagsOf(record *Record4) uint32 {
	var flags uint32
	for _, f := range []struct {
		bit uint32
		set bool
	}{
		{flagEnvironment, record.Environment != nil},
		{flagTopLevelAwait, record.Flags.TopLevelAwait},
		{flagImportMeta, record.Flags.ImportMeta},
		{flagTypeScript, record.Flags.TypeScript},
	} {
		if f.set {
			flags |= f.bit
		}
	}
	return flags
}

// appendMetadata4 appends the counts, the columns and the bytes of the strings.
func appendMetadata4(file []byte, record *Record4, counts *counts) []byte {
	put := func(value uint32) { file = binary.LittleEndian.AppendUint32(file, value) }
	for _, number := range counts.fields() {
		put(*number)
	}
	end := 0
	for _, text := range record.Strings {
		end += len(text)
		put(uint32(end))
	}
	putColumn(put, record.Requests, func(r Request4) uint32 { return r.Specifier })
	putColumn(put, record.Requests, func(r Request4) uint32 { return uint32(r.Phase) })
	end = 0
	for _, request := range record.Requests {
		end += len(request.Attributes)
		put(uint32(end))
	}
	for _, request := range requestOrder(record.Requests) {
		put(request)
	}
	var attributes []Attribute4
	for _, request := range record.Requests {
		attributes = append(attributes, request.Attributes...)
	}
	putColumn(put, attributes, func(a Attribute4) uint32 { return a.Key })
	putColumn(put, attributes, func(a Attribute4) uint32 { return a.Value })
	putColumn(put, record.Imports, func(i Import4) uint32 { return i.LocalName })
	putColumn(put, record.Imports, func(i Import4) uint32 { return i.Request })
	putColumn(put, record.Imports, func(i Import4) uint32 { return i.ImportName })
	for _, entry := range record.TolerantImports {
		put(entry)
	}
	putColumn(put, record.Exports, func(e Export4) uint32 { return e.ExportName })
	putColumn(put, record.Exports, func(e Export4) uint32 { return e.Request })
	putColumn(put, record.Exports, func(e Export4) uint32 { return e.Name })
	for _, request := range record.StarExports {
		put(request)
	}
	if record.Environment != nil {
		for _, list := range [][]Variable4{
			record.Environment.DeclaredVariables, record.Environment.LexicalVariables,
		} {
			putColumn(put, list, func(v Variable4) uint32 { return v.Name })
			putColumn(put, list, func(v Variable4) uint32 { return v.Bits })
		}
	}
	for _, text := range record.Strings {
		file = append(file, text...)
	}
	return file
}

// putColumn writes one field of all entries.
func putColumn[Entry any](put func(uint32), entries []Entry, field func(Entry) uint32) {
	for _, entry := range entries {
		put(field(entry))
	}
}
