package bmes

import (
	"encoding/binary"
	"unicode/utf8"
)

// Encode returns the one canonical file of version 1, 2 or 3 for a record and its bytecode.
// It rejects a record that Check would reject, and changes neither of its arguments.
func Encode(record *Record, bytecode []byte) ([]byte, error) {
	if record.Version < 1 || record.Version > 3 {
		return nil, rejectRecord(UnsupportedVersion, "the version is not 1, 2 or 3")
	}
	if (record.Engine != nil) != (record.Version == 3) {
		return nil, rejectRecord(UnsupportedVersion,
			"version 3 has variables and code features, and versions 1 and 2 have none")
	}
	for i := range record.Imports {
		if record.Imports[i].Type > lastType {
			return nil, rejectRecord(BadType, "the type of an import is not defined")
		}
	}
	for i := range record.Exports {
		if record.Exports[i].Type > lastType {
			return nil, rejectRecord(BadType, "the type of an export is not defined")
		}
	}
	if err := checkRecord(record, nil); err != nil {
		return nil, err
	}
	w := &writer{}
	w.file(record, bytecode)
	if w.err != nil {
		return nil, w.err
	}
	return w.out, nil
}

// writer appends fields to a file. It keeps the first error.
type writer struct {
	out []byte
	err error
}

func (w *writer) file(record *Record, bytecode []byte) {
	w.u32(magic)
	w.u32(record.Version)
	if record.Version == 1 {
		w.metadata(record)
		w.size(len(bytecode))
	} else {
		w.u32(0) // the place of bytecode_offset, which is known after the metadata
		w.size(len(bytecode))
		w.metadata(record)
		w.padding()
	}
	w.out = append(w.out, bytecode...)
}

// padding appends zeros up to a multiple of 8, and writes bytecode_offset into the header.
func (w *writer) padding() {
	for len(w.out)%8 != 0 {
		w.out = append(w.out, 0)
	}
	if uint64(len(w.out)) > maxU32 {
		w.fail(TooLarge, "bytecode_offset does not fit its field")
		return
	}
	binary.LittleEndian.PutUint32(w.out[8:], uint32(len(w.out)))
}

func (w *writer) metadata(record *Record) {
	w.size(len(record.Requests))
	for _, request := range record.Requests {
		w.string(request.Specifier)
		if len(request.Attributes) == 0 {
			w.u32(0)
		} else {
			w.u32(1)
			w.attributes(request.Attributes)
		}
	}
	w.size(len(record.Imports))
	for _, entry := range record.Imports {
		w.u32(uint32(entry.Type))
		w.string(entry.ModuleRequest)
		if entry.Type == ImportNamespace {
			w.string("*") // writer-namespace: the record can hold any bytes here
		} else {
			w.string(entry.ImportName)
		}
		w.string(entry.LocalName)
	}
	w.size(len(record.Exports))
	for _, entry := range record.Exports {
		w.u32(uint32(entry.Type))
		w.string(entry.ExportName)
		w.string(entry.ModuleName)
		w.string(entry.ImportName)
		w.string(entry.LocalName)
	}
	w.size(len(record.StarExports))
	for _, specifier := range record.StarExports {
		w.string(specifier)
	}
	if record.Engine != nil {
		w.variables(record.Engine.DeclaredVariables)
		w.variables(record.Engine.LexicalVariables)
		w.u32(record.Engine.CodeFeatures)
	}
}

// attributes writes the attributes in the order of their keys. Go compares strings by their bytes.
func (w *writer) attributes(list []Attribute) {
	w.size(len(list))
	for _, attribute := range mergeSort(list, func(a, b Attribute) bool { return a.Key < b.Key }) {
		w.string(attribute.Key)
		w.string(attribute.Value)
	}
}

func (w *writer) variables(list []Variable) {
	w.size(len(list))
	for _, variable := range list {
		w.string(variable.Name)
		w.u32(variable.Bits)
	}
}

// string writes a string. A Go string can hold any bytes, so it can be no UTF-8.
func (w *writer) string(text string) {
	if !utf8.ValidString(text) {
		w.fail(BadUTF8, "a string of the record is not UTF-8")
		return
	}
	w.size(len(text))
	w.out = append(w.out, text...)
}

// size writes a length or a count.
func (w *writer) size(n int) {
	if uint64(n) > maxU32 {
		w.fail(TooLarge, "a length or a count does not fit its field")
		return
	}
	w.u32(uint32(n))
}

func (w *writer) u32(value uint32) {
	w.out = binary.LittleEndian.AppendUint32(w.out, value)
}

func (w *writer) fail(class Class, message string) {
	if w.err == nil {
		w.err = rejectRecord(class, message)
	}
}
