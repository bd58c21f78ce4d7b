package bmes

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand"
	"reflect"
	"sort"
	"testing"
)

// sample is a file that a writer wrote, and what the writer got.
type sample struct {
	version        uint32
	record         *Record
	record4        *Record4
	text, bytecode []byte
	file           []byte
}

// samples returns random files of each version.
func samples(t *testing.T, n int) []sample {
	t.Helper()
	s := source{rand.New(rand.NewSource(1))}
	var list []sample
	for i := 0; i < n; i++ {
		for version := uint32(1); version <= 4; version++ {
			x := sample{version: version, bytecode: s.bytes(9)}
			var err error
			if version == 4 {
				x.text = s.bytes(9)
				x.record4 = s.record4(len(x.bytecode) > 0)
				x.file, err = Encode4(x.record4, x.text, x.bytecode)
			} else {
				x.record = s.record(version)
				x.file, err = Encode(x.record, x.bytecode)
			}
			if err != nil {
				t.Fatalf("sample %d of version %d: %v\n%+v %+v", i, version, err, x.record, x.record4)
			}
			list = append(list, x)
		}
	}
	return list
}

// rewrite reads a file and writes its content again.
func rewrite(t *testing.T, file []byte) []byte {
	t.Helper()
	version, err := Identify(file)
	if err != nil {
		t.Fatal(err)
	}
	part := func(r Range) []byte { return file[r.Offset : r.Offset+r.Length] }
	var out []byte
	if version == 4 {
		var decoded *Decoded4
		if decoded, err = Decode4(file); err == nil {
			out, err = Encode4(&decoded.Record, part(decoded.Text), part(decoded.Bytecode))
		}
	} else {
		var decoded *Decoded
		if decoded, err = Decode(file); err == nil {
			out, err = Encode(&decoded.Record, part(decoded.Bytecode))
		}
	}
	if err != nil {
		t.Fatalf("%x: %v", file, err)
	}
	return out
}

// TestLaws tests the laws of the sections 7.2 and 8.2.
func TestLaws(t *testing.T) {
	for _, x := range samples(t, 1000) {
		if err := Check(x.file); err != nil {
			t.Fatalf("a checker rejects %x: %v", x.file, err)
		}
		if !bytes.Equal(rewrite(t, x.file), x.file) {
			t.Fatalf("%x is not written again", x.file)
		}
		if !bytes.HasSuffix(x.file, x.bytecode) {
			t.Fatalf("%x does not end with %x", x.file, x.bytecode)
		}
		if x.version == 4 {
			testRecord4(t, x)
		} else {
			testRecord(t, x)
		}
	}
}

func testRecord(t *testing.T, x sample) {
	want := *x.record
	want.Requests, want.Imports = nil, nil
	for _, request := range x.record.Requests {
		attributes := append([]Attribute{}, request.Attributes...)
		sort.Slice(attributes, func(i, j int) bool {
			return bytes.Compare([]byte(attributes[i].Key), []byte(attributes[j].Key)) < 0
		})
		if len(attributes) == 0 {
			attributes = nil
		}
		want.Requests = append(want.Requests, Request{request.Specifier, attributes})
	}
	for _, entry := range x.record.Imports {
		if entry.Type == ImportNamespace {
			entry.ImportName = "*"
		}
		want.Imports = append(want.Imports, entry)
	}
	if want.Imports == nil {
		want.Imports = []Import{}
	}
	decoded, err := Decode(x.file)
	if err != nil || !reflect.DeepEqual(decoded.Record, want) {
		t.Fatalf("%v\n%+v is read as\n%+v", err, want, decoded.Record)
	}
}

// testRecord4 compares the entries by the text of their strings, each list in any order.
func testRecord4(t *testing.T, x sample) {
	decoded, err := Decode4(x.file)
	if err != nil {
		t.Fatal(err)
	}
	got, want := described(&decoded.Record), described(x.record4)
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%q is read as\n%q", want, got)
	}
	if !sort.StringsAreSorted(decoded.Record.Strings) {
		t.Fatalf("strings %q", decoded.Record.Strings)
	}
}

// described returns one text for each part of a record, without indices of strings.
func described(r *Record4) []string {
	text := func(i uint32) string {
		if i == None {
			return "none"
		}
		return fmt.Sprintf("%q", r.Strings[i])
	}
	var out, set []string
	flush := func() {
		sort.Strings(set)
		out, set = append(out, fmt.Sprint(set)), nil
	}
	out = append(out, fmt.Sprint(r.Flags, r.Alignment, r.Producer, r.Source))
	for _, request := range r.Requests {
		for _, a := range request.Attributes {
			set = append(set, text(a.Key)+"="+text(a.Value))
		}
		out = append(out, fmt.Sprint(text(request.Specifier), request.Phase))
		flush()
	}
	for _, e := range r.Imports {
		set = append(set, fmt.Sprint(text(e.LocalName), e.Request, text(e.ImportName)))
	}
	flush()
	for _, i := range r.TolerantImports {
		set = append(set, text(r.Imports[i].LocalName))
	}
	flush()
	for _, e := range r.Exports {
		set = append(set, fmt.Sprint(text(e.ExportName), e.Request, text(e.Name)))
	}
	flush()
	for _, i := range r.StarExports {
		set = append(set, fmt.Sprint(i))
	}
	flush()
	if r.Environment != nil {
		for _, list := range [][]Variable4{
			r.Environment.DeclaredVariables, r.Environment.LexicalVariables,
		} {
			for _, v := range list {
				set = append(set, fmt.Sprint(text(v.Name), v.Bits))
			}
			flush()
		}
		out = append(out, fmt.Sprint(r.Environment.CodeFeatures, r.Environment.LexicalFeatures))
	}
	return out
}

func classOf(err error) Class {
	var fault *Error
	if !errors.As(err, &fault) {
		return ""
	}
	return fault.Class
}

// TestPrefixes cuts files and appends a byte.
func TestPrefixes(t *testing.T) {
	for _, x := range samples(t, 30) {
		for n := 0; n < len(x.file); n++ {
			if class := classOf(Check(x.file[:n])); class != Truncated {
				t.Fatalf("the first %d bytes of %x: %s", n, x.file, class)
			}
		}
		if class := classOf(Check(append(x.file[:len(x.file):len(x.file)], 0))); class != TrailingBytes {
			t.Fatalf("%x and a zero byte: %s", x.file, class)
		}
	}
}

// TestFlippedBits inverts each bit of files of version 4.
func TestFlippedBits(t *testing.T) {
	for _, x := range samples(t, 12) {
		if x.version != 4 {
			continue
		}
		header, _ := Open4(x.file)
		file := append([]byte{}, x.file...)
		for bit := 0; bit < 8*len(file); bit++ {
			file[bit/8] ^= 1 << (bit % 8)
			_, openErr := Open4(file)
			_, readErr := Decode4(file)
			if (openErr != nil) != (bit/8 < headerSize4) ||
				(readErr != nil) != (bit/8 < header.metadataEnd) || Check4(file) == nil ||
				Validate4(file) == nil {
				t.Fatalf("bit %d of %x", bit, x.file)
			}
			file[bit/8] ^= 1 << (bit % 8)
		}
	}
}

// repair4 makes the checksums of a file of version 4 right again, as far as its header allows.
func repair4(file []byte) {
	put := func(at int, data []byte) {
		binary.LittleEndian.PutUint32(file[at:], crc32.ChecksumIEEE(data))
	}
	length := uint64(len(file))
	end := partsOf(u32(file, atMetadataSize), u32(file, atTextSize), u32(file, atBytecodeSize),
		u32(file, atAlignment))
	if end.metadata <= end.textStart && end.textStart <= end.text && end.text <= end.bytecodeStart &&
		end.bytecodeStart <= length {
		put(atMetadataCRC, file[headerSize4:end.metadata])
		put(atTextCRC, file[end.textStart:end.text])
		put(atBytecodeCRC, file[end.bytecodeStart:])
	}
	put(atHeaderCRC, file[:atHeaderCRC])
}

// TestMutations changes numbers of files. No file may crash the package. If a checker accepts a file
// of version 4, a writer writes the same file again; in the other versions, the file that it writes
// is canonical.
func TestMutations(t *testing.T) {
	s := source{rand.New(rand.NewSource(2))}
	classes := map[Class]int{}
	for _, x := range samples(t, 200) {
		for i := 0; i < 100; i++ {
			file := append([]byte{}, x.file...)
			for j := 0; j <= s.Intn(2); j++ {
				at := 8 + s.Intn(len(file)-8)
				if x.version == 4 && s.Intn(8) > 0 {
					at = headerSize4 + 4*s.Intn((len(file)-headerSize4)/4)
				}
				switch s.Intn(3) {
				case 0:
					file[at] ^= 1 << s.Intn(8)
				case 1:
					file[at] = byte(s.Intn(6))
				default:
					copy(file[at:], "\xff\xff\xff\xff")
				}
			}
			if x.version == 4 {
				repair4(file)
			}
			err := Check(file)
			classes[classOf(err)]++
			var fault *Error
			if errors.As(err, &fault) && (fault.Offset < 0 || fault.Offset > len(file)) {
				t.Fatalf("%v in %x", err, file)
			}
			Validate4(file)
			Extract(file)
			if err != nil {
				continue
			}
			again := rewrite(t, file)
			if x.version == 4 && !bytes.Equal(again, file) ||
				!bytes.Equal(rewrite(t, again), again) {
				t.Fatalf("%x is written as %x", file, again)
			}
		}
	}
	for _, class := range []Class{"", Truncated, BadFlag, BadType, BadUTF8, BadLayout, TrailingBytes,
		BadIndex, BadOrder, BadEntry, UnrequestedModule, MisplacedField, UnusedString} {
		if classes[class] == 0 {
			t.Errorf("no mutation is %q: %v", class, classes)
		}
	}
}
