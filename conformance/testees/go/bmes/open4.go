package bmes

import "hash/crc32"

// The offsets of the fields of the header of version 4, and of the counts at which a reader can
// report an error.
const (
	atVersion        = 4
	atFlags          = 8
	atAlignment      = 12
	atMetadataSize   = 16
	atSourceSize     = 20
	atTextSize       = 24
	atBytecodeSize   = 28
	atProducer       = 32
	atSourceDigest   = 64
	atMetadataCRC    = 96
	atTextCRC        = 100
	atBytecodeCRC    = 104
	atHeaderCRC      = 108
	headerSize4      = 112
	atStringBytes    = 116
	atAttributeCount = 124
	atEnvironment    = 140 // four numbers: two counts and two numbers of features
	atTolerantCount  = 156
	countsSize4      = 48
)

// The bits of the flags of version 4.
const (
	flagEnvironment = 1 << iota
	flagTopLevelAwait
	flagImportMeta
	flagTypeScript
	flagsEnd // the first bit without a meaning
)

const (
	minAlignment  = 8
	maxAlignment  = 65536
	textAlignment = 8
)

// Header4 is the header of a file of version 4, without the checksums.
type Header4 struct {
	HasEnvironment bool
	Flags          Flags4
	Alignment      uint32
	Producer       Digest
	Source         Source4
	Text           Range // Length is 0 if the file has no text
	Bytecode       Range

	metadataEnd int
}

// Open4 decides from the first 112 bytes and the length of the file whether the header is right.
func Open4(file []byte) (*Header4, error) {
	version, err := Identify(file)
	switch {
	case err != nil:
		return nil, err
	case version != 4:
		return nil, reject(UnsupportedVersion, atVersion, "the version is not 4")
	case len(file) < headerSize4:
		return nil, reject(Truncated, len(file), "the file ends in the header")
	case u32(file, atHeaderCRC) != crc32.ChecksumIEEE(file[:atHeaderCRC]):
		return nil, reject(BadChecksum, atHeaderCRC, "the header is damaged")
	}
	flags, alignment := u32(file, atFlags), u32(file, atAlignment)
	metadataSize := u32(file, atMetadataSize)
	textSize, bytecodeSize := u32(file, atTextSize), u32(file, atBytecodeSize)
	end := partsOf(metadataSize, textSize, bytecodeSize, alignment)
	switch {
	case flags >= flagsEnd:
		return nil, reject(BadFlag, atFlags, "a bit of the flags is not defined")
	case !isAlignment(alignment):
		return nil, reject(BadLayout, atAlignment,
			"the alignment is not a power of two from 8 to 65536")
	case bytecodeSize == 0 && alignment != minAlignment:
		return nil, reject(BadLayout, atAlignment, "without bytecode, the alignment is not 8")
	case metadataSize < countsSize4:
		return nil, reject(BadLayout, atMetadataSize, "the metadata is smaller than its counts")
	case textSize == 0 && u32(file, atTextCRC) != 0:
		return nil, reject(BadLayout, atTextCRC, "without text, its checksum is not 0")
	case bytecodeSize == 0 && u32(file, atBytecodeCRC) != 0:
		return nil, reject(BadLayout, atBytecodeCRC, "without bytecode, its checksum is not 0")
	case end.file > maxU32:
		return nil, reject(BadLayout, atBytecodeSize, "the header gives more than 4294967295 bytes")
	case end.file > uint64(len(file)):
		return nil, reject(Truncated, atBytecodeSize, "the file is shorter than its header says")
	case end.file < uint64(len(file)):
		return nil, reject(TrailingBytes, atBytecodeSize, "the file is longer than its header says")
	}
	h := &Header4{
		HasEnvironment: flags&flagEnvironment != 0,
		Flags: Flags4{
			TopLevelAwait: flags&flagTopLevelAwait != 0,
			ImportMeta:    flags&flagImportMeta != 0,
			TypeScript:    flags&flagTypeScript != 0,
		},
		Alignment:   alignment,
		Source:      Source4{Size: uint64(u32(file, atSourceSize))},
		Text:        Range{int(end.textStart), int(textSize)},
		Bytecode:    Range{int(end.bytecodeStart), int(bytecodeSize)},
		metadataEnd: int(end.metadata),
	}
	copy(h.Producer[:], file[atProducer:])
	copy(h.Source.Digest[:], file[atSourceDigest:])
	return h, nil
}

// parts has the offsets at which the parts of a file of version 4 begin and end.
// The offsets need 64 bits: the sizes can be any numbers (v4-arithmetic).
type parts struct {
	metadata, textStart, text, bytecodeStart, file uint64
}

// partsOf computes the offsets of section 3.3. If the alignment is not allowed, so that no offset is
// defined, bytecodeStart is only some number.
func partsOf(metadataSize, textSize, bytecodeSize, alignment uint32) parts {
	var p parts
	p.metadata = headerSize4 + uint64(metadataSize)
	p.textStart = up(p.metadata, textAlignment)
	p.text = p.textStart + uint64(textSize)
	p.bytecodeStart = up(p.text, uint64(alignment))
	p.file = p.bytecodeStart + uint64(bytecodeSize)
	return p
}

// up returns the smallest multiple of a, a power of two, that is not less than n.
func up(n, a uint64) uint64 {
	return (n + a - 1) &^ (a - 1)
}

func isAlignment(a uint32) bool {
	return a >= minAlignment && a <= maxAlignment && a&(a-1) == 0
}
