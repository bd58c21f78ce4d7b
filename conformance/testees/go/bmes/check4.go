package bmes

import "hash/crc32"

// Check4 decides whether the record of a file of version 4 is safe to link, and verifies the padding
// and all checksums. It reports the first violation in the order of v4-check-order.
func Check4(file []byte) error {
	m, err := read4(file)
	if err != nil {
		return err
	}
	if err := m.checkUse(); err != nil {
		return err
	}
	return m.checkContent()
}

// Validate4 decides whether a file of version 4 is well-formed, and verifies the padding and all
// checksums. Unlike Check4, it does not apply the rules of section 6.
func Validate4(file []byte) error {
	m, err := read4(file)
	if err != nil {
		return err
	}
	return m.checkContent()
}

// marks has one bit for each string.
type marks []uint64

func (b marks) set(i uint32)      { b[i/64] |= 1 << (i % 64) }
func (b marks) has(i uint32) bool { return b[i/64]&(1<<(i%64)) != 0 }

// checkUse finds forbidden exports and unused strings. It uses the same bits for both, because the
// local names that it marks first are in use (v4-check-memory).
func (m *metadata4) checkUse() error {
	used := make(marks, (m.stringEnd.n+63)/64)
	tolerant := 0
	for i := 0; i < m.localName.n; i++ {
		if tolerant < m.tolerant.n && int(m.tolerant.at(tolerant)) == i {
			tolerant++
		} else if m.phaseOf(m.importRequest.at(i)) == PhaseEvaluation {
			used.set(m.localName.at(i))
		}
	}
	for i := 0; i < m.name.n; i++ {
		if m.exportRequest.at(i) == None && used.has(m.name.at(i)) {
			return reject(BadEntry, m.name.offset(i),
				"a Local export has the local name of an import")
		}
	}
	for _, c := range []column{m.specifier, m.key, m.value, m.localName, m.importName,
		m.exportName, m.name, m.declaredName, m.lexicalName} {
		for i := 0; i < c.n; i++ {
			if c.at(i) != None {
				used.set(c.at(i))
			}
		}
	}
	for i := 0; i < m.stringEnd.n; i++ {
		if !used.has(uint32(i)) {
			return reject(UnusedString, m.stringEnd.offset(i), "no field refers to a string")
		}
	}
	return nil
}

// checkContent verifies the parts of the file that a reader does not read.
func (m *metadata4) checkContent() error {
	textEnd := m.Text.Offset + m.Text.Length
	for _, padding := range [][2]int{{m.metadataEnd, m.Text.Offset}, {textEnd, m.Bytecode.Offset}} {
		for at := padding[0]; at < padding[1]; at++ {
			if m.file[at] != 0 {
				return reject(BadLayout, at, "a byte of the padding is not zero")
			}
		}
	}
	if u32(m.file, atTextCRC) != crc32.ChecksumIEEE(m.file[m.Text.Offset:textEnd]) {
		return reject(BadChecksum, atTextCRC, "the text is damaged")
	}
	if u32(m.file, atBytecodeCRC) != crc32.ChecksumIEEE(m.file[m.Bytecode.Offset:]) {
		return reject(BadChecksum, atBytecodeCRC, "the bytecode is damaged")
	}
	return nil
}
