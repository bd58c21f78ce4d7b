package main

import (
	"encoding/hex"
	"errors"
	"strconv"

	"bmestestee/bmes"
	"bmestestee/strictjson"
)

// phases has the JSON names of the phases, at the index that is their number in the file.
var phases = []string{"evaluation", "source", "defer"}

// The keys of the objects of a record of version 4.
var (
	record4Keys = []string{"version", "flags", "alignment", "producer", "source", "strings",
		"requests", "imports", "exports", "tolerant_imports", "star_exports", "environment"}
	flagFields        = []string{"top_level_await", "import_meta", "typescript"}
	sourceFields      = []string{"size", "sha256"}
	request4Fields    = []string{"specifier", "phase", "attributes"}
	import4Fields     = []string{"local_name", "request", "import_name"}
	export4Fields     = []string{"export_name", "request", "name"}
	environmentFields = []string{"declared_variables", "lexical_variables", "code_features",
		"lexical_features"}
)

// readRecord4 reads a record of version 4.
func readRecord4(raw []byte) (*bmes.Record4, error) {
	return value(raw, func(d *strictjson.Decoder) *bmes.Record4 {
		record := &bmes.Record4{}
		d.Object(record4Keys, nil, func(key string) {
			switch key {
			case "version":
				d.Int()
			case "flags":
				record.Flags = readFlags(d)
			case "alignment":
				record.Alignment = readU32(d)
			case "producer":
				record.Producer = readDigest(d)
			case "source":
				record.Source = readSource(d)
			case "strings":
				record.Strings = list(d, (*strictjson.Decoder).String)
			case "requests":
				record.Requests = list(d, readRequest4)
			case "imports":
				record.Imports = list(d, readImport4)
			case "exports":
				record.Exports = list(d, readExport4)
			case "tolerant_imports":
				record.TolerantImports = list(d, readIndex)
			case "star_exports":
				record.StarExports = list(d, readIndex)
			case "environment":
				record.Environment = readEnvironment(d)
			}
		})
		return record
	})
}

func readFlags(d *strictjson.Decoder) (flags bmes.Flags4) {
	d.Object(flagFields, nil, func(key string) {
		switch key {
		case "top_level_await":
			flags.TopLevelAwait = d.Bool()
		case "import_meta":
			flags.ImportMeta = d.Bool()
		case "typescript":
			flags.TypeScript = d.Bool()
		}
	})
	return flags
}

func readDigest(d *strictjson.Decoder) (digest bmes.Digest) {
	data, err := hex.DecodeString(d.String())
	if err != nil || len(data) != len(digest) {
		d.Fail(errors.New("a digest is not 32 bytes in hex"))
	}
	copy(digest[:], data)
	return digest
}

// readSource reads the size and the digest of a source. A size beyond int64 becomes the largest
// int64, which no file can hold either.
func readSource(d *strictjson.Decoder) (source bmes.Source4) {
	d.Object(sourceFields, nil, func(key string) {
		if key == "sha256" {
			source.Digest = readDigest(d)
			return
		}
		size := d.Int()
		if size < 0 {
			d.Fail(rejectRecord(bmes.TooLarge, "the size of the source is negative"))
		}
		source.Size = uint64(size)
	})
	return source
}

func readRequest4(d *strictjson.Decoder) (request bmes.Request4) {
	d.Object(request4Fields, nil, func(key string) {
		switch key {
		case "specifier":
			request.Specifier = readIndex(d)
		case "phase":
			request.Phase = bmes.Phase(readName(d, phases))
		case "attributes":
			request.Attributes = list(d, readAttribute4)
		}
	})
	return request
}

func readAttribute4(d *strictjson.Decoder) (attribute bmes.Attribute4) {
	d.Object(attributeFields, nil, func(key string) {
		if key == "key" {
			attribute.Key = readIndex(d)
		} else {
			attribute.Value = readIndex(d)
		}
	})
	return attribute
}

func readImport4(d *strictjson.Decoder) (entry bmes.Import4) {
	d.Object(import4Fields, nil, func(key string) {
		switch key {
		case "local_name":
			entry.LocalName = readIndex(d)
		case "request":
			entry.Request = readIndex(d)
		case "import_name":
			entry.ImportName = readIndex(d)
		}
	})
	return entry
}

func readExport4(d *strictjson.Decoder) (entry bmes.Export4) {
	d.Object(export4Fields, nil, func(key string) {
		switch key {
		case "export_name":
			entry.ExportName = readIndex(d)
		case "request":
			entry.Request = readIndex(d)
		case "name":
			entry.Name = readIndex(d)
		}
	})
	return entry
}

func readEnvironment(d *strictjson.Decoder) *bmes.Environment4 {
	if d.Next() == 'n' {
		d.Null()
		return nil
	}
	environment := &bmes.Environment4{}
	d.Object(environmentFields, nil, func(key string) {
		switch key {
		case "declared_variables":
			environment.DeclaredVariables = list(d, readVariable4)
		case "lexical_variables":
			environment.LexicalVariables = list(d, readVariable4)
		case "code_features":
			environment.CodeFeatures = readU32(d)
		case "lexical_features":
			environment.LexicalFeatures = readU32(d)
		}
	})
	return environment
}

func readVariable4(d *strictjson.Decoder) (variable bmes.Variable4) {
	d.Object(variableFields, nil, func(key string) {
		if key == "name" {
			variable.Name = readIndex(d)
		} else {
			variable.Bits = readU32(d)
		}
	})
	return variable
}

// readIndex reads an index. Only null is None: the number 4294967295 is an index without an entry,
// although a file stands for None with it. Package bmes rejects None where it is not allowed.
func readIndex(d *strictjson.Decoder) uint32 {
	if d.Next() == 'n' {
		d.Null()
		return bmes.None
	}
	n := d.Int()
	if n < 0 || n >= int64(bmes.None) {
		d.Fail(rejectRecord(bmes.BadIndex, "an index has no entry"))
		return 0
	}
	return uint32(n)
}

// appendDecoded4 appends the answer to decode for version 4.
func appendDecoded4(out []byte, decoded *bmes.Decoded4) []byte {
	record := &decoded.Record
	out = append(out, `{"version":4,"flags":{"top_level_await":`...)
	out = strconv.AppendBool(out, record.Flags.TopLevelAwait)
	out = strconv.AppendBool(append(out, `,"import_meta":`...), record.Flags.ImportMeta)
	out = strconv.AppendBool(append(out, `,"typescript":`...), record.Flags.TypeScript)
	out = appendNumber(out, `},"alignment":`, record.Alignment)
	out = appendDigest(out, `,"producer":`, record.Producer)
	out = append(out, `,"source":{"size":`...)
	out = strconv.AppendUint(out, record.Source.Size, 10)
	out = append(appendDigest(out, `,"sha256":`, record.Source.Digest), '}')
	out = appendList(out, `,"strings":`, record.Strings, strictjson.AppendString)
	out = appendList(out, `,"requests":`, record.Requests, appendRequest4)
	out = appendList(out, `,"imports":`, record.Imports, appendImport4)
	out = appendList(out, `,"exports":`, record.Exports, appendExport4)
	out = appendList(out, `,"tolerant_imports":`, record.TolerantImports, appendNumberItem)
	out = appendList(out, `,"star_exports":`, record.StarExports, appendNumberItem)
	out = append(out, `,"environment":`...)
	if environment := record.Environment; environment == nil {
		out = append(out, "null"...)
	} else {
		out = appendList(out, `{"declared_variables":`, environment.DeclaredVariables, appendVariable4)
		out = appendList(out, `,"lexical_variables":`, environment.LexicalVariables, appendVariable4)
		out = appendNumber(out, `,"code_features":`, environment.CodeFeatures)
		out = append(appendNumber(out, `,"lexical_features":`, environment.LexicalFeatures), '}')
	}
	if decoded.Text.Length == 0 {
		out = append(out, `,"text":null`...)
	} else {
		out = appendRange(out, `,"text":`, decoded.Text)
	}
	return append(appendRange(out, `,"bytecode":`, decoded.Bytecode), '}')
}

func appendRequest4(out []byte, request bmes.Request4) []byte {
	out = appendNumber(out, `{"specifier":`, request.Specifier)
	out = appendText(out, `,"phase":`, phases[request.Phase])
	out = appendList(out, `,"attributes":`, request.Attributes, appendAttribute4)
	return append(out, '}')
}

func appendAttribute4(out []byte, attribute bmes.Attribute4) []byte {
	out = appendNumber(out, `{"key":`, attribute.Key)
	return append(appendNumber(out, `,"value":`, attribute.Value), '}')
}

func appendImport4(out []byte, entry bmes.Import4) []byte {
	out = appendNumber(out, `{"local_name":`, entry.LocalName)
	out = appendNumber(out, `,"request":`, entry.Request)
	return append(appendIndex(out, `,"import_name":`, entry.ImportName), '}')
}

func appendExport4(out []byte, entry bmes.Export4) []byte {
	out = appendNumber(out, `{"export_name":`, entry.ExportName)
	out = appendIndex(out, `,"request":`, entry.Request)
	return append(appendIndex(out, `,"name":`, entry.Name), '}')
}

func appendVariable4(out []byte, variable bmes.Variable4) []byte {
	out = appendNumber(out, `{"name":`, variable.Name)
	return append(appendNumber(out, `,"bits":`, variable.Bits), '}')
}

func appendNumberItem(out []byte, n uint32) []byte { return appendNumber(out, "", n) }

// appendIndex appends an index that can be None.
func appendIndex(out []byte, prefix string, index uint32) []byte {
	if index == bmes.None {
		return append(append(out, prefix...), "null"...)
	}
	return appendNumber(out, prefix, index)
}

func appendDigest(out []byte, prefix string, digest bmes.Digest) []byte {
	return appendText(out, prefix, hex.EncodeToString(digest[:]))
}
