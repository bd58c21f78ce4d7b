package main

import (
	"errors"
	"math"
	"strconv"

	"bmestestee/bmes"
	"bmestestee/strictjson"
)

// The JSON names of the types, at the index that is their number in the file.
var (
	importTypes = []string{"single", "single-typescript", "namespace"}
	exportTypes = []string{"local", "indirect", "namespace"}
)

// The keys of the objects of a record of versions 1 to 3.
var (
	recordKeys = []string{"version", "requests", "imports", "exports", "star_exports"}

	// The keys that only version 3 has, and those that only version 4 has.
	engineKeys = []string{"declared_variables", "lexical_variables", "code_features"}
	newKeys    = []string{"flags", "alignment", "producer", "source", "strings",
		"tolerant_imports", "environment"}
	optionalKeys = append(append([]string{}, engineKeys...), newKeys...)

	requestFields   = []string{"specifier", "attributes"}
	attributeFields = []string{"key", "value"}
	importFields    = []string{"type", "module_request", "import_name", "local_name"}
	exportFields    = []string{"type", "export_name", "module_name", "import_name", "local_name"}
	variableFields  = []string{"name", "bits"}
)

func rejectRecord(class bmes.Class, message string) error {
	return &bmes.Error{Class: class, Offset: bmes.NoOffset, Message: message}
}

// versionOf returns the version of a record. It reads no other key of the record, because an unknown
// version comes before all other faults.
func versionOf(raw []byte) (int64, error) {
	if raw == nil {
		return 0, errors.New("the key record is missing")
	}
	version, err := value(raw, func(d *strictjson.Decoder) (version int64) {
		d.Object([]string{"version"}, nil, func(string) { version = d.Int() })
		return version
	})
	if err == nil && (version < 1 || version > 4) {
		err = rejectRecord(bmes.UnsupportedVersion, "the version is not 1, 2, 3 or 4")
	}
	return version, err
}

// readRecord reads a record of versions 1 to 3.
func readRecord(raw []byte, version uint32) (*bmes.Record, error) {
	record := &bmes.Record{Version: version}
	engine := &bmes.EngineWords{}
	engineFields, otherFields := 0, 0
	_, err := value(raw, func(d *strictjson.Decoder) struct{} {
		d.Object(recordKeys, optionalKeys, func(key string) {
			switch key {
			case "version":
				d.Int()
			case "requests":
				record.Requests = list(d, readRequest)
			case "imports":
				record.Imports = list(d, readImport)
			case "exports":
				record.Exports = list(d, readExport)
			case "star_exports":
				record.StarExports = list(d, (*strictjson.Decoder).String)
			case "declared_variables":
				engineFields++
				engine.DeclaredVariables = engineValue(d, version, readVariables)
			case "lexical_variables":
				engineFields++
				engine.LexicalVariables = engineValue(d, version, readVariables)
			case "code_features":
				engineFields++
				engine.CodeFeatures = engineValue(d, version, readU32)
			default:
				otherFields++
				d.Skip()
			}
		})
		return struct{}{}
	})
	if err != nil {
		return nil, err
	}
	want := 0
	if version == 3 {
		want = len(engineKeys)
		record.Engine = engine
	}
	if engineFields != want || otherFields > 0 {
		return nil, rejectRecord(bmes.UnsupportedVersion,
			"the record has a field of another version, or lacks one of its version")
	}
	return record, nil
}

// engineValue reads a value that only version 3 has. In another version, its key alone is the fault,
// so the value does not matter.
func engineValue[T any](d *strictjson.Decoder, version uint32,
	read func(*strictjson.Decoder) T) (v T) {
	if version == 3 {
		return read(d)
	}
	d.Skip()
	return v
}

// list reads an array.
func list[T any](d *strictjson.Decoder, read func(*strictjson.Decoder) T) []T {
	var out []T
	d.Array(func() { out = append(out, read(d)) })
	return out
}

func readRequest(d *strictjson.Decoder) (request bmes.Request) {
	d.Object(requestFields, nil, func(key string) {
		if key == "specifier" {
			request.Specifier = d.String()
		} else {
			request.Attributes = list(d, readAttribute)
		}
	})
	return request
}

func readAttribute(d *strictjson.Decoder) (attribute bmes.Attribute) {
	d.Object(attributeFields, nil, func(key string) {
		if key == "key" {
			attribute.Key = d.String()
		} else {
			attribute.Value = d.String()
		}
	})
	return attribute
}

func readImport(d *strictjson.Decoder) (entry bmes.Import) {
	d.Object(importFields, nil, func(key string) {
		switch key {
		case "type":
			entry.Type = bmes.ImportType(readName(d, importTypes))
		case "module_request":
			entry.ModuleRequest = d.String()
		case "import_name":
			entry.ImportName = d.String()
		case "local_name":
			entry.LocalName = d.String()
		}
	})
	return entry
}

func readExport(d *strictjson.Decoder) (entry bmes.Export) {
	d.Object(exportFields, nil, func(key string) {
		switch key {
		case "type":
			entry.Type = bmes.ExportType(readName(d, exportTypes))
		case "export_name":
			entry.ExportName = d.String()
		case "module_name":
			entry.ModuleName = d.String()
		case "import_name":
			entry.ImportName = d.String()
		case "local_name":
			entry.LocalName = d.String()
		}
	})
	return entry
}

func readVariables(d *strictjson.Decoder) []bmes.Variable { return list(d, readVariable) }

func readVariable(d *strictjson.Decoder) (variable bmes.Variable) {
	d.Object(variableFields, nil, func(key string) {
		if key == "name" {
			variable.Name = d.String()
		} else {
			variable.Bits = readU32(d)
		}
	})
	return variable
}

// readName reads a name and returns its index. For an unknown name it returns the number of names,
// which package bmes rejects with bad-type.
func readName(d *strictjson.Decoder, names []string) uint32 {
	text := d.String()
	for i, name := range names {
		if name == text {
			return uint32(i)
		}
	}
	return uint32(len(names))
}

// readU32 reads a number that has to fit a u32. The record types of package bmes cannot hold others.
func readU32(d *strictjson.Decoder) uint32 {
	n := d.Int()
	if n < 0 || n > math.MaxUint32 {
		d.Fail(rejectRecord(bmes.TooLarge, "a number does not fit its field"))
		return 0
	}
	return uint32(n)
}

// appendDecoded appends the answer to decode for versions 1 to 3.
func appendDecoded(out []byte, decoded *bmes.Decoded) []byte {
	record := &decoded.Record
	out = appendNumber(out, `{"version":`, record.Version)
	out = appendList(out, `,"requests":`, record.Requests, appendRequest)
	out = appendList(out, `,"imports":`, record.Imports, appendImport)
	out = appendList(out, `,"exports":`, record.Exports, appendExport)
	out = appendList(out, `,"star_exports":`, record.StarExports, strictjson.AppendString)
	if engine := record.Engine; engine != nil {
		out = appendList(out, `,"declared_variables":`, engine.DeclaredVariables, appendVariable)
		out = appendList(out, `,"lexical_variables":`, engine.LexicalVariables, appendVariable)
		out = appendNumber(out, `,"code_features":`, engine.CodeFeatures)
	}
	return append(appendRange(out, `,"bytecode":`, decoded.Bytecode), '}')
}

func appendRequest(out []byte, request bmes.Request) []byte {
	out = appendText(out, `{"specifier":`, request.Specifier)
	out = appendList(out, `,"attributes":`, request.Attributes, appendAttribute)
	return append(out, '}')
}

func appendAttribute(out []byte, attribute bmes.Attribute) []byte {
	out = appendText(out, `{"key":`, attribute.Key)
	out = appendText(out, `,"value":`, attribute.Value)
	return append(out, '}')
}

func appendImport(out []byte, entry bmes.Import) []byte {
	out = appendText(out, `{"type":`, importTypes[entry.Type])
	out = appendText(out, `,"module_request":`, entry.ModuleRequest)
	out = appendText(out, `,"import_name":`, entry.ImportName)
	out = appendText(out, `,"local_name":`, entry.LocalName)
	return append(out, '}')
}

func appendExport(out []byte, entry bmes.Export) []byte {
	out = appendText(out, `{"type":`, exportTypes[entry.Type])
	out = appendText(out, `,"export_name":`, entry.ExportName)
	out = appendText(out, `,"module_name":`, entry.ModuleName)
	out = appendText(out, `,"import_name":`, entry.ImportName)
	out = appendText(out, `,"local_name":`, entry.LocalName)
	return append(out, '}')
}

func appendVariable(out []byte, variable bmes.Variable) []byte {
	out = appendText(out, `{"name":`, variable.Name)
	return append(appendNumber(out, `,"bits":`, variable.Bits), '}')
}

// The functions below append a prefix, which ends with the key of a value, and then the value.

func appendList[T any](out []byte, prefix string, list []T,
	appendItem func([]byte, T) []byte) []byte {
	out = append(append(out, prefix...), '[')
	for i, item := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendItem(out, item)
	}
	return append(out, ']')
}

func appendText(out []byte, prefix, text string) []byte {
	return strictjson.AppendString(append(out, prefix...), text)
}

func appendNumber(out []byte, prefix string, n uint32) []byte {
	return strconv.AppendUint(append(out, prefix...), uint64(n), 10)
}

func appendRange(out []byte, prefix string, r bmes.Range) []byte {
	out = append(append(out, prefix...), `{"offset":`...)
	out = append(strconv.AppendInt(out, int64(r.Offset), 10), `,"length":`...)
	return append(strconv.AppendInt(out, int64(r.Length), 10), '}')
}
