package bmes

import (
	"bytes"
	"hash/crc32"
)

// Decoded4 is the content of a file of version 4.
type Decoded4 struct {
	Record   Record4
	Text     Range // Length is 0 if the file has no text
	Bytecode Range
}

// Decode4 validates the header and the metadata of a file of version 4 and returns its content.
// It reads no byte of the padding, the text and the bytecode; Check4 and Validate4 do.
func Decode4(file []byte) (*Decoded4, error) {
	m, err := read4(file)
	if err != nil {
		return nil, err
	}
	return &Decoded4{m.record(), m.Text, m.Bytecode}, nil
}

// column is a column of numbers in the metadata. It reads each number from its place in the file.
type column struct {
	file  []byte
	start int // offset of the first number
	n     int
}

func (c column) at(i int) uint32  { return u32(c.file, c.offset(i)) }
func (c column) offset(i int) int { return c.start + 4*i }
func (c column) end() int         { return c.offset(c.n) }

// from returns the end that precedes end i in a column of ends: where part i begins.
func (c column) from(i int) uint32 {
	if i == 0 {
		return 0
	}
	return c.at(i - 1)
}

// metadata4 is a view of the metadata of a file of version 4.
type metadata4 struct {
	*Header4
	file          []byte
	stringBytes   uint32
	codeFeatures  uint32
	lexFeatures   uint32
	stringEnd     column
	specifier     column
	phase         column
	attributeEnd  column
	order         column
	key           column
	value         column
	localName     column
	importRequest column
	importName    column
	tolerant      column
	exportName    column
	exportRequest column
	name          column
	star          column
	declaredName  column
	declaredBits  column
	lexicalName   column
	lexicalBits   column
	strings       int // offset of the first byte of the strings
}

// read4 validates the header and the metadata. Its checks need no memory that grows with the file.
func read4(file []byte) (*metadata4, error) {
	header, err := Open4(file)
	if err != nil {
		return nil, err
	}
	m := &metadata4{Header4: header, file: file}
	for _, check := range []func() error{m.layout, m.checkStrings, m.checkLists} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// layout finds the columns. After the equation, all columns and strings lie in the metadata.
func (m *metadata4) layout() error {
	metadata := m.file[headerSize4:m.metadataEnd]
	if u32(m.file, atMetadataCRC) != crc32.ChecksumIEEE(metadata) {
		return reject(BadChecksum, atMetadataCRC, "the metadata is damaged")
	}
	var c counts
	c.read(m.file)
	if c.metadataSize() != uint64(len(metadata)) {
		return reject(BadLayout, atMetadataSize, "the counts do not give the size of the metadata")
	}
	if !m.Flags.TypeScript && c.tolerant != 0 {
		return reject(BadLayout, atTolerantCount,
			"there are tolerant imports without the flag for TypeScript")
	}
	if !m.HasEnvironment {
		for at := atEnvironment; at < atTolerantCount; at += 4 {
			if u32(m.file, at) != 0 {
				return reject(BadLayout, at, "there is a part of an environment without its flag")
			}
		}
	}
	m.stringBytes, m.codeFeatures, m.lexFeatures = c.stringBytes, c.codeFeatures, c.lexFeatures
	at := headerSize4 + countsSize4
	take := func(n uint32, columns ...*column) {
		for _, p := range columns {
			*p = column{m.file, at, int(n)}
			at = p.end()
		}
	}
	take(c.strings, &m.stringEnd)
	take(c.requests, &m.specifier, &m.phase, &m.attributeEnd, &m.order)
	take(c.attributes, &m.key, &m.value)
	take(c.imports, &m.localName, &m.importRequest, &m.importName)
	take(c.tolerant, &m.tolerant)
	take(c.exports, &m.exportName, &m.exportRequest, &m.name)
	take(c.stars, &m.star)
	take(c.declared, &m.declaredName, &m.declaredBits)
	take(c.lexical, &m.lexicalName, &m.lexicalBits)
	m.strings = at
	return nil
}

// counts has the twelve numbers at the start of the metadata.
type counts struct {
	strings, stringBytes, requests, attributes, imports, exports, stars, declared, lexical,
	codeFeatures, lexFeatures, tolerant uint32
}

// fields returns the numbers in the order of the file.
func (c *counts) fields() [countsSize4 / 4]*uint32 {
	return [...]*uint32{&c.strings, &c.stringBytes, &c.requests, &c.attributes, &c.imports,
		&c.exports, &c.stars, &c.declared, &c.lexical, &c.codeFeatures, &c.lexFeatures, &c.tolerant}
}

func (c *counts) read(file []byte) {
	for i, field := range c.fields() {
		*field = u32(file, headerSize4+4*i)
	}
}

// metadataSize returns the right side of the equation (v4-equation). Each of the twelve summands is
// less than 2^37, so the sum does not wrap.
func (c *counts) metadataSize() uint64 {
	size := func(n uint32, bytes uint64) uint64 { return uint64(n) * bytes }
	return countsSize4 + size(c.strings, 4) + size(c.requests, 16) + size(c.attributes, 8) +
		size(c.imports, 12) + size(c.tolerant, 4) + size(c.exports, 12) + size(c.stars, 4) +
		size(c.declared, 8) + size(c.lexical, 8) + size(c.stringBytes, 1)
}

// bytesOf returns the bytes of string i. The ends have to be checked before.
func (m *metadata4) bytesOf(i int) []byte {
	return m.file[m.strings+int(m.stringEnd.from(i)) : m.strings+int(m.stringEnd.at(i))]
}

// isEmpty reports whether a string is empty. Strings ascend, so only the first one can be.
func (m *metadata4) isEmpty(index uint32) bool {
	return index == 0 && m.stringEnd.at(0) == 0
}

// checkStrings makes three passes over the strings and completes each before the next (section 4.4).
func (m *metadata4) checkStrings() error {
	ends := m.stringEnd
	if ends.n == 0 && m.stringBytes != 0 {
		return reject(BadIndex, atStringBytes, "there are bytes of strings and no string")
	}
	for i := 0; i < ends.n; i++ {
		if ends.at(i) < ends.from(i) {
			return reject(BadIndex, ends.offset(i), "a string ends before it begins")
		}
		if i == ends.n-1 && ends.at(i) != m.stringBytes {
			return reject(BadIndex, ends.offset(i), "the last string does not end with the strings")
		}
	}
	for i := 0; i < ends.n; i++ {
		if bad := illFormed(m.bytesOf(i)); bad >= 0 {
			return reject(BadUTF8, m.strings+int(ends.from(i))+bad, "a string is not UTF-8")
		}
	}
	for i := 1; i < ends.n; i++ {
		if bytes.Compare(m.bytesOf(i), m.bytesOf(i-1)) <= 0 {
			return reject(BadOrder, ends.offset(i), "a string is not greater than the one before it")
		}
	}
	return nil
}

// record copies the record from the file.
func (m *metadata4) record() Record4 {
	record := Record4{
		Flags:           m.Flags,
		Alignment:       m.Alignment,
		Producer:        m.Producer,
		Source:          m.Source,
		Strings:         make([]string, m.stringEnd.n),
		Requests:        make([]Request4, m.specifier.n),
		Imports:         make([]Import4, m.localName.n),
		Exports:         make([]Export4, m.exportName.n),
		TolerantImports: m.tolerant.numbers(),
		StarExports:     m.star.numbers(),
	}
	for i := range record.Strings {
		record.Strings[i] = string(m.bytesOf(i))
	}
	attributes := make([]Attribute4, m.key.n)
	for i := range attributes {
		attributes[i] = Attribute4{m.key.at(i), m.value.at(i)}
	}
	for i := range record.Requests {
		from, to := m.attributesOf(i)
		record.Requests[i] = Request4{
			m.specifier.at(i), Phase(m.phase.at(i)), attributes[from:to:to],
		}
	}
	for i := range record.Imports {
		record.Imports[i] = Import4{m.localName.at(i), m.importRequest.at(i), m.importName.at(i)}
	}
	for i := range record.Exports {
		record.Exports[i] = Export4{m.exportName.at(i), m.exportRequest.at(i), m.name.at(i)}
	}
	if m.HasEnvironment {
		record.Environment = &Environment4{
			DeclaredVariables: variables4(m.declaredName, m.declaredBits),
			LexicalVariables:  variables4(m.lexicalName, m.lexicalBits),
			CodeFeatures:      m.codeFeatures,
			LexicalFeatures:   m.lexFeatures,
		}
	}
	return record
}

func (c column) numbers() []uint32 {
	list := make([]uint32, c.n)
	for i := range list {
		list[i] = c.at(i)
	}
	return list
}

func variables4(name, bits column) []Variable4 {
	list := make([]Variable4, name.n)
	for i := range list {
		list[i] = Variable4{name.at(i), bits.at(i)}
	}
	return list
}
