package bmes

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
)

// put returns a copy of a file with a number in it.
func put(file []byte, at int, value uint32) []byte {
	file = append([]byte{}, file...)
	binary.LittleEndian.PutUint32(file[at:], value)
	return file
}

// expect compares the class and the offset of an error. Without a class, there has to be no error.
func expect(t *testing.T, what string, err error, class Class, offset int) {
	t.Helper()
	var fault *Error
	if errors.As(err, &fault) && fault.Class == class && fault.Offset == offset ||
		err == nil && class == "" {
		return
	}
	t.Errorf("%s: %v, expected %q at byte %d", what, err, class, offset)
}

func TestIdentify(t *testing.T) {
	for _, test := range []struct {
		file   string
		class  Class
		offset int
	}{
		{"", Truncated, 0}, {"SEM", Truncated, 0}, {"BME", Truncated, 0},
		{"BMES", BadMagic, 0}, {"SEMB", Truncated, 4}, {"SEMB\x01\x00\x00", Truncated, 4},
		{"SEMB\x00\x00\x00\x00", UnsupportedVersion, 4}, {"SEMB\x05\x00\x00\x00", UnsupportedVersion, 4},
		{"SEMB\x01\x00\x00\x01", UnsupportedVersion, 4}, {"SEMB\x04\x00\x00\x80", UnsupportedVersion, 4},
		{"SEMB\x01\x00\x00\x00", "", 0}, {"SEMB\x04\x00\x00\x00x", "", 0},
	} {
		_, err := Identify([]byte(test.file))
		expect(t, test.file, err, test.class, test.offset)
		if test.class != "" {
			expect(t, test.file, Check([]byte(test.file)), test.class, test.offset)
			_, err = Open4([]byte(test.file))
			expect(t, test.file, err, test.class, test.offset)
		}
	}
	_, err := Open4([]byte("SEMB\x01\x00\x00\x00"))
	expect(t, "Open4 of version 1", err, UnsupportedVersion, 4)
	_, err = Decode([]byte("SEMB\x04\x00\x00\x00"))
	expect(t, "Decode of version 4", err, UnsupportedVersion, 4)
}

func TestHeader(t *testing.T) {
	file, err := Encode(&Record{Version: 3, Engine: &EngineWords{}}, []byte{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name         string
		offset, size uint32
		class        Class
		at           int
	}{
		{"right", 48, 2, "", 0},
		{"in the header", 15, 35, BadLayout, 8},
		{"not aligned", 44, 6, BadLayout, 8},
		{"not aligned and beyond the file", 52, 0, BadLayout, 8},
		{"beyond the file", 56, 0, Truncated, 8},
		{"too short", 48, 3, Truncated, 12},
		{"sum that wraps", 48, 1<<32 - 1, Truncated, 12},
		{"too long", 48, 1, TrailingBytes, 12},
	} {
		changed := put(put(file, 8, test.offset), 12, test.size)
		_, err := Extract(changed)
		expect(t, test.name, err, test.class, test.at)
		_, err = Decode(changed)
		expect(t, test.name, err, test.class, test.at)
	}
	for n := 8; n < 16; n++ {
		_, err := Extract(file[:n])
		expect(t, "short header", err, Truncated, n&^3)
	}
	if place, err := Extract(put(file, 16, 9)); err != nil || place != (Range{48, 2}) {
		t.Errorf("Extract with invalid metadata: %v, %v", place, err)
	}
	if _, err = Decode(put(put(file, 8, 16), 12, 34)); classOf(err) != Truncated {
		t.Errorf("without metadata: %v", err)
	}
	if _, err = Extract(append([]byte("SEMB\x01\x00\x00\x00"), file...)); classOf(err) != UnsupportedVersion {
		t.Errorf("Extract of version 1: %v", err)
	}
}

func TestUTF8(t *testing.T) {
	for text, bad := range map[string]int{
		"": -1, "a\x00\ufeff\uffff\U0010ffff\ufffd": -1,
		"\x80": 0, "a\xc3": 1, "\ufffd\xe2\x82": 3, "\xc0\x80": 0, "\xe0\x80\x80": 0, "\xed\xa0\x80": 0,
		"\xed\xbf\xbf": 0, "\xf4\x90\x80\x80": 0, "\xf5\x80\x80\x80": 0, "ab\xff": 2, "\xf0\x9f\x98a": 0,
	} {
		if got := illFormed([]byte(text)); got != bad {
			t.Errorf("%q is ill-formed at %d, expected %d", text, got, bad)
		}
	}
}

// TestWriterRejects gives the writers records with one fault.
func TestWriterRejects(t *testing.T) {
	valid := func() *Record {
		return &Record{
			Version:     3,
			Requests:    []Request{{"m", []Attribute{{"k", "1"}}}},
			Imports:     []Import{{ImportNamespace, "m", "\xff", "a"}},
			Exports:     []Export{{ExportLocal, "x", "", "", "a"}},
			StarExports: []string{"m"},
			Engine:      &EngineWords{DeclaredVariables: []Variable{{"v", 0}}},
		}
	}
	for _, test := range []struct {
		class  Class
		change func(r *Record)
	}{
		{"", func(r *Record) {}},
		{UnsupportedVersion, func(r *Record) { r.Version = 0 }},
		{UnsupportedVersion, func(r *Record) { r.Version = 4 }},
		{UnsupportedVersion, func(r *Record) { r.Version = 2 }},
		{UnsupportedVersion, func(r *Record) { r.Engine = nil }},
		{BadType, func(r *Record) { r.Imports[0].Type = 3 }},
		{BadType, func(r *Record) { r.Exports[0].Type = 1 << 31 }},
		{BadUTF8, func(r *Record) { r.Imports[0].Type = ImportSingle }},
		{BadUTF8, func(r *Record) { r.Requests[0].Attributes[0].Value = "\xed\xa0\x80" }},
		{BadUTF8, func(r *Record) { r.Engine.DeclaredVariables[0].Name = "\xc3" }},
		{DuplicateAttribute, func(r *Record) {
			r.Requests[0].Attributes = append(r.Requests[0].Attributes, Attribute{"k", "2"})
		}},
		{DuplicateRequest, func(r *Record) { r.Requests = append(r.Requests, r.Requests[0]) }},
		{AmbiguousRequest, func(r *Record) { r.Requests = append(r.Requests, Request{"m", nil}) }},
		{UnrequestedModule, func(r *Record) { r.Requests[0].Specifier = "M" }},
		{MissingLocalName, func(r *Record) { r.Imports[0].LocalName = "" }},
		{DuplicateLocalName, func(r *Record) { r.Imports = append(r.Imports, r.Imports[0]) }},
		{DuplicateExportName, func(r *Record) { r.Exports = append(r.Exports, r.Exports[0]) }},
		{MisplacedField, func(r *Record) { r.Exports[0].ModuleName = "m" }},
		{DuplicateStarExport, func(r *Record) { r.StarExports = append(r.StarExports, "m") }},
		{DuplicateVariable, func(r *Record) {
			r.Engine.LexicalVariables = []Variable{{"w", 0}, {"v", 0}, {"w", 1}}
		}},
	} {
		record := valid()
		test.change(record)
		_, err := Encode(record, nil)
		expect(t, "writer", err, test.class, NoOffset)
	}
}

// valid4 returns a record with entries of most kinds.
func valid4() *Record4 {
	return &Record4{
		Flags:     Flags4{TypeScript: true},
		Alignment: 8,
		Strings:   []string{"", "a", "b", "m"},
		Requests: []Request4{
			{3, PhaseEvaluation, []Attribute4{{1, 0}}}, {3, PhaseEvaluation, nil}, {3, PhaseDefer, nil},
		},
		Imports:         []Import4{{1, 0, 0}, {2, 2, None}},
		Exports:         []Export4{{0, None, 1}, {1, 1, None}, {2, 1, 0}},
		TolerantImports: []uint32{0},
		StarExports:     []uint32{1},
		Environment:     &Environment4{DeclaredVariables: []Variable4{{0, 1}}},
	}
}

func TestWriterRejects4(t *testing.T) {
	for i, test := range []struct {
		class  Class
		change func(r *Record4)
	}{
		{"", func(r *Record4) {}},
		{BadType, func(r *Record4) { r.Requests[2].Phase = 3 }},
		{BadIndex, func(r *Record4) { r.Requests[0].Specifier = 4 }},
		{BadIndex, func(r *Record4) { r.Requests[0].Attributes[0].Value = None }},
		{BadIndex, func(r *Record4) { r.Imports[0].LocalName = None }},
		{BadIndex, func(r *Record4) { r.Imports[0].ImportName = 4 }},
		{BadIndex, func(r *Record4) { r.Imports[0].Request = None }},
		{BadIndex, func(r *Record4) { r.Exports[0].ExportName = None }},
		{BadIndex, func(r *Record4) { r.Exports[0].Request = 3 }},
		{BadIndex, func(r *Record4) { r.TolerantImports[0] = 2 }},
		{BadIndex, func(r *Record4) { r.StarExports[0] = 3 }},
		{BadIndex, func(r *Record4) { r.Environment.DeclaredVariables[0].Name = 4 }},
		{BadOrder, func(r *Record4) {
			r.Requests[0].Attributes = append(r.Requests[0].Attributes, Attribute4{1, 2})
		}},
		{BadOrder, func(r *Record4) { r.Requests = append(r.Requests, r.Requests[2]) }},
		{BadOrder, func(r *Record4) {
			// The same attributes in another order, and one key as another index of the same text.
			r.Strings = append(r.Strings, "a")
			r.Requests[1].Attributes = []Attribute4{{2, 0}, {4, 0}}
			r.Requests[0].Attributes = []Attribute4{{1, 0}, {2, 0}}
		}},
		{BadOrder, func(r *Record4) { r.Imports[1].LocalName = 1 }},
		{BadOrder, func(r *Record4) { r.Exports[0].ExportName = 1 }},
		{BadOrder, func(r *Record4) { r.TolerantImports = []uint32{0, 0} }},
		{BadOrder, func(r *Record4) { r.StarExports = []uint32{1, 0, 1} }},
		{BadOrder, func(r *Record4) {
			r.Environment.LexicalVariables = []Variable4{{1, 0}, {0, 0}, {1, 1}}
		}},
		{BadEntry, func(r *Record4) { r.Imports[1].LocalName = 0 }},
		{BadEntry, func(r *Record4) { r.Imports[1].ImportName = 1 }},
		{BadEntry, func(r *Record4) { r.TolerantImports[0] = 1 }},
		{BadEntry, func(r *Record4) { r.StarExports[0] = 2 }},
		{BadEntry, func(r *Record4) { r.Exports[0].Name = None }},
		{BadEntry, func(r *Record4) { r.Exports[0].Name = 0 }},
		{BadEntry, func(r *Record4) { r.Exports[1].Request = 2 }},
		{BadEntry, func(r *Record4) { r.TolerantImports = nil }}, // a forbidden export
		{"", func(r *Record4) { r.TolerantImports, r.Exports[0].Name = nil, 2 }},
		{UnusedString, func(r *Record4) { r.Strings = append(r.Strings, "c") }},
		{"", func(r *Record4) { r.Strings = append(r.Strings, "a") }},
		{BadLayout, func(r *Record4) { r.Alignment = 0 }},
		{BadLayout, func(r *Record4) { r.Alignment = 4 }},
		{BadLayout, func(r *Record4) { r.Alignment = 24 }},
		{BadLayout, func(r *Record4) { r.Alignment = 1 << 17 }},
		{BadLayout, func(r *Record4) { r.Alignment = 16 }}, // there is no bytecode
		{BadLayout, func(r *Record4) { r.Flags.TypeScript = false }},
		{BadUTF8, func(r *Record4) { r.Strings[2] = "\xed\xa0\x80" }},
		{TooLarge, func(r *Record4) { r.Source.Size = 1 << 32 }},
		{"", func(r *Record4) { r.Source.Size = 1<<32 - 1 }},
	} {
		record := valid4()
		test.change(record)
		if _, err := Encode4(record, nil, nil); classOf(err) != test.class {
			t.Errorf("record %d: %v, expected %q", i, err, test.class)
		}
	}
}

func TestMatch4(t *testing.T) {
	record := valid4()
	record.Producer[31], record.Source.Digest[31], record.Source.Size = 1, 2, 57
	bare, err := Encode4(record, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	withText, err := Encode4(record, []byte("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	given := func(change func(*Source4)) Evidence {
		source := record.Source
		change(&source)
		return GivenSource(source)
	}
	right := given(func(*Source4) {})
	otherDigest := given(func(s *Source4) { s.Digest[31] = 0 })
	for _, test := range []struct {
		name     string
		file     []byte
		producer Digest
		evidence Evidence
		class    Class
		offset   int
	}{
		{"right", bare, record.Producer, right, "", 0},
		{"producer", bare, Digest{}, Evidence{}, OtherProducer, 32},
		{"size", bare, record.Producer, given(func(s *Source4) { s.Size += 1 << 32 }), StaleSource, 20},
		{"digest", bare, record.Producer, otherDigest, StaleSource, 64},
		{"no text", bare, record.Producer, EmbeddedText(), StaleSource, 24},
		{"text", withText, record.Producer, EmbeddedText(), "", 0},
		{"trusted", bare, record.Producer, Trusted(), "", 0},
		{"nothing", bare, record.Producer, Evidence{}, StaleSource, 64},
		{"damaged", put(bare, 20, 1), Digest{}, right, BadChecksum, 108},
		{"damaged metadata", put(bare, 112, 1), record.Producer, right, "", 0},
	} {
		expect(t, test.name, Match4(test.file, test.producer, test.evidence), test.class, test.offset)
	}
}

// TestContent4 damages the parts that only a checker and a validator read.
func TestContent4(t *testing.T) {
	record := valid4()
	record.Alignment = 64
	record.Strings[3] = "odd" // so that there is padding after the metadata
	file, err := Encode4(record, []byte("text"), []byte("code"))
	if err != nil {
		t.Fatal(err)
	}
	h, err := Open4(file)
	if err != nil {
		t.Fatal(err)
	}
	textEnd := h.Text.Offset + h.Text.Length
	for at, want := range map[int]struct {
		class  Class
		offset int
	}{
		h.metadataEnd:         {BadLayout, h.metadataEnd},
		h.Text.Offset - 1:     {BadLayout, h.Text.Offset - 1},
		h.Text.Offset:         {BadChecksum, 100},
		textEnd:               {BadLayout, textEnd},
		h.Bytecode.Offset - 1: {BadLayout, h.Bytecode.Offset - 1},
		len(file) - 1:         {BadChecksum, 104},
	} {
		changed := append([]byte{}, file...)
		changed[at] ^= 0x80
		expect(t, "Check4", Check4(changed), want.class, want.offset)
		expect(t, "Validate4", Validate4(changed), want.class, want.offset)
		if _, err := Decode4(changed); err != nil {
			t.Errorf("a reader rejects a file with damage at byte %d: %v", at, err)
		}
	}
}

// TestHostile uses inputs for which a careless program takes quadratic time or much memory. A test
// that takes more than a second on an idle machine has found such a fault.
func TestHostile(t *testing.T) {
	long := strings.Repeat("p", 1<<20)
	record := &Record{Version: 1, Requests: []Request{{"m", nil}}}
	for i := 0; i < 50000; i++ {
		key := "q" + string(rune(0x10000+i))
		if i%10000 == 0 {
			key = long + key
		}
		record.Requests[0].Attributes = append(record.Requests[0].Attributes, Attribute{key, ""})
		record.StarExports = append(record.StarExports, key)
		record.Requests = append(record.Requests, Request{key, nil})
	}
	file, err := Encode(record, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := Check(file); err != nil {
		t.Fatal(err)
	}
	// A count of the largest size in files of 40 and of 400 bytes.
	for _, size := range []int{40, 400} {
		short := append([]byte("SEMB\x01\x00\x00\x00\xff\xff\xff\xff"), bytes.Repeat([]byte{0}, size)...)
		if n := testing.AllocsPerRun(10, func() { _, err = Decode(short) }); n > 10 {
			t.Errorf("%v allocations", n)
		}
		expect(t, "large count", err, Truncated, 8)
	}
}
