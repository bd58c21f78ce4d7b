// Package bmes reads, checks, writes and matches BMES files, the binary cache of one ES module.
//
// Versions 1 to 3 have one record type, Record. Version 4 has another layout and another record,
// Record4. Identify tells which of them a file needs:
//
//	version, err := bmes.Identify(file)
//	switch {
//	case err != nil:
//		return err
//	case version == 4:
//		decoded, err := bmes.Decode4(file)
//	default:
//		decoded, err := bmes.Decode(file)
//	}
//
// Every error has the type *Error. It states the class of the specification and, for a file, the
// offset of the byte at fault. The package copies the strings of a record from the file, so a caller
// can reuse the buffer of the file. No function keeps state, so all functions can run concurrently.
package bmes

import (
	"encoding/binary"
	"unicode/utf8"
)

const (
	magic       = 0x424D4553
	lastVersion = 4
	maxU32      = 1<<32 - 1
)

// Range is the position of a part of the file, in bytes.
type Range struct {
	Offset, Length int
}

// Identify returns the version of a file. It reads the first eight bytes and nothing else.
func Identify(file []byte) (uint32, error) {
	if len(file) < 4 {
		return 0, reject(Truncated, 0, "the file ends in the magic")
	}
	if u32(file, 0) != magic {
		return 0, reject(BadMagic, 0, "the first four bytes are not 53 45 4d 42")
	}
	if len(file) < 8 {
		return 0, reject(Truncated, 4, "the file ends in the version")
	}
	version := u32(file, 4)
	if version < 1 || version > lastVersion {
		return 0, reject(UnsupportedVersion, 4, "the version is not 1, 2, 3 or 4")
	}
	return version, nil
}

// Check returns nil if the record of the file is safe to link. It supports all versions.
func Check(file []byte) error {
	version, err := Identify(file)
	if err != nil {
		return err
	}
	if version == 4 {
		return Check4(file)
	}
	r, err := read(file)
	if err != nil {
		return err
	}
	return checkRecord(&r.record, &r.starts)
}

// u32 returns the number at the given offset, least significant byte first.
func u32(file []byte, offset int) uint32 {
	return binary.LittleEndian.Uint32(file[offset:])
}

// illFormed returns the position of the first byte that is not part of well-formed UTF-8.
// It returns -1 if all bytes are well-formed. Package utf8 accepts exactly the UTF-8 of RFC 3629.
func illFormed(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	at := 0
	for {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}
