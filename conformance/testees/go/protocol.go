package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"bmestestee/bmes"
	"bmestestee/strictjson"
)

const hello = `{"protocol":1,"name":"bmes-go","version":"0.1.0","language":"Go",` +
	`"formats":[1,2,3,4],"ops":["identify","decode","check","encode","match"],"errors":true}`

// errUnsupported says that the testee does not have the operation.
var errUnsupported = errors.New("the protocol has no such operation")

// result is the result of an operation: the key of the answer, its value in JSON, and the exit
// status of one-shot mode.
type result struct {
	key   string
	value []byte
	exit  int
}

// append appends the key and the value of a result.
func (r result) append(out []byte) []byte {
	out = append(out, '"')
	out = append(out, r.key...)
	out = append(out, '"', ':')
	return append(out, r.value...)
}

func faultResult(err error) result {
	return result{"fault", strictjson.AppendString(nil, err.Error()), exitFault}
}

// errorResult returns the answer for an error. Only an error of package bmes is a verdict on the
// input. Every other error means that the testee cannot read the request, or has a bug.
func errorResult(err error) result {
	var verdict *bmes.Error
	switch {
	case errors.As(err, &verdict):
		value := strictjson.AppendString([]byte(`{"class":`), string(verdict.Class))
		if verdict.Offset != bmes.NoOffset {
			value = append(value, `,"offset":`...)
			value = strconv.AppendInt(value, int64(verdict.Offset), 10)
		}
		value = append(value, `,"message":`...)
		value = append(strictjson.AppendString(value, verdict.Message), '}')
		return result{"err", value, exitErr}
	case errors.Is(err, errUnsupported):
		return result{"unsupported", strictjson.AppendString(nil, err.Error()), exitUnsupported}
	default:
		return faultResult(err)
	}
}

// fields has the values of a request. A field that the request does not have is nil.
type fields struct {
	id, op, protocol, hex, record, text, bytecode, producer, source []byte

	file []byte // in one-shot mode, in place of hex
}

var requestKeys = []string{
	"id", "op", "protocol", "hex", "record", "text", "bytecode", "producer", "source",
}

// readFields splits a request into the JSON of its values, because the keys come in any order.
func readFields(line []byte) (*fields, error) {
	f := &fields{}
	d := strictjson.NewDecoder(line)
	d.Object(nil, requestKeys, func(key string) {
		raw := d.Raw()
		switch key {
		case "id":
			f.id = raw
		case "op":
			f.op = raw
		case "protocol":
			f.protocol = raw
		case "hex":
			f.hex = raw
		case "record":
			f.record = raw
		case "text":
			f.text = raw
		case "bytecode":
			f.bytecode = raw
		case "producer":
			f.producer = raw
		case "source":
			f.source = raw
		}
	})
	d.End()
	return f, d.Err()
}

// maxID is the largest id, 2^53 − 1.
const maxID = 1<<53 - 1

// answerLine returns the answer to a line, or reports that the line is bye.
func answerLine(line []byte) (answer []byte, bye bool) {
	f, err := readFields(line)
	if err != nil {
		return faultLine(err), false
	}
	id := int64(-1)
	if f.id != nil {
		if id, err = value(f.id, (*strictjson.Decoder).Int); err != nil {
			return faultLine(err), false
		}
	}
	if id < 0 || id > maxID {
		return faultLine(errors.New("the id is not an integer from 0 to 2^53 - 1")), false
	}
	op, err := stringOf("op", f.op)
	if err == nil && op == "bye" {
		return nil, true
	}
	var r result
	if err != nil {
		r = faultResult(err)
	} else {
		r = run(op, f)
	}
	return finishLine(strconv.AppendInt([]byte(`{"id":`), id, 10), r), false
}

// faultLine returns the answer to a line whose id cannot be read.
func faultLine(err error) []byte {
	return finishLine([]byte(`{"id":null`), faultResult(err))
}

func finishLine(start []byte, r result) []byte {
	size := func() int { return len(start) + len(`,"":}`) + len(r.key) + len(r.value) + len("\n") }
	if size() > maxLine {
		r = faultResult(errors.New("the answer would have more than 67108864 bytes"))
	}
	out := append(make([]byte, 0, size()), start...)
	out = r.append(append(out, ','))
	return append(out, '}', '\n')
}

// run performs an operation. A panic is a bug of the testee, which must not end the process.
func run(op string, f *fields) (r result) {
	defer func() {
		if reason := recover(); reason != nil {
			r = faultResult(fmt.Errorf("panic: %v", reason))
		}
	}()
	value, err := operation(op, f)
	if err != nil {
		return errorResult(err)
	}
	return result{"ok", value, exitOK}
}

func operation(op string, f *fields) ([]byte, error) {
	switch op {
	case "hello":
		return []byte(hello), f.checkProtocol()
	case "encode":
		return encode(f)
	case "identify", "decode", "check", "match":
		file, err := f.input()
		if err != nil {
			return nil, err
		}
		switch op {
		case "identify":
			return identify(file)
		case "decode":
			return decode(file)
		case "check":
			return []byte("true"), bmes.Check(file)
		default:
			return []byte("true"), match(file, f)
		}
	default:
		return nil, errUnsupported
	}
}

// checkProtocol returns an error if the protocol of a hello is no number. The answer is the same for
// every number, and also without one.
func (f *fields) checkProtocol() error {
	if f.protocol == nil {
		return nil
	}
	_, err := value(f.protocol, (*strictjson.Decoder).Int)
	return err
}

// input returns the file of a request.
func (f *fields) input() ([]byte, error) {
	if f.file != nil {
		return f.file, nil
	}
	return hexOf("hex", f.hex)
}

func identify(file []byte) ([]byte, error) {
	version, err := bmes.Identify(file)
	return []byte(fmt.Sprintf(`{"version":%d}`, version)), err
}

func decode(file []byte) ([]byte, error) {
	version, err := bmes.Identify(file)
	if err != nil {
		return nil, err
	}
	if version == 4 {
		decoded, err := bmes.Decode4(file)
		if err != nil {
			return nil, err
		}
		return appendDecoded4(nil, decoded), nil
	}
	decoded, err := bmes.Decode(file)
	if err != nil {
		return nil, err
	}
	return appendDecoded(nil, decoded), nil
}

func encode(f *fields) ([]byte, error) {
	version, err := versionOf(f.record)
	if err != nil {
		return nil, err
	}
	var file []byte
	if version == 4 {
		file, err = encode4(f)
	} else {
		file, err = encodeOld(f, uint32(version))
	}
	if err != nil {
		return nil, err
	}
	const start, end = `{"hex":"`, `"}`
	out := make([]byte, len(start)+hex.EncodedLen(len(file)), len(start)+2*len(file)+len(end))
	hex.Encode(out[copy(out, start):], file)
	return append(out, end...), nil
}

// encodeOld writes a record of versions 1 to 3.
func encodeOld(f *fields, version uint32) ([]byte, error) {
	record, err := readRecord(f.record, version)
	if err != nil {
		return nil, err
	}
	bytecode, err := hexOf("bytecode", f.bytecode)
	if err != nil {
		return nil, err
	}
	return bmes.Encode(record, bytecode)
}

func encode4(f *fields) ([]byte, error) {
	record, err := readRecord4(f.record)
	if err != nil {
		return nil, err
	}
	bytecode, err := hexOf("bytecode", f.bytecode)
	if err != nil {
		return nil, err
	}
	var text []byte
	if f.text != nil && string(f.text) != "null" {
		if text, err = hexOf("text", f.text); err != nil {
			return nil, err
		}
	}
	return bmes.Encode4(record, text, bytecode)
}

func match(file []byte, f *fields) error {
	if f.source == nil {
		return errors.New("the key source is missing")
	}
	if f.producer == nil {
		return errors.New("the key producer is missing")
	}
	producer, err := value(f.producer, readDigest)
	if err != nil {
		return err
	}
	evidence, err := value(f.source, readEvidence)
	if err != nil {
		return err
	}
	return bmes.Match4(file, producer, evidence)
}

func readEvidence(d *strictjson.Decoder) (evidence bmes.Evidence) {
	switch d.Next() {
	case 'n':
		d.Null()
		return bmes.Evidence{}
	case '"':
		switch d.String() {
		case "embedded-text":
			return bmes.EmbeddedText()
		case "trusted":
			return bmes.Trusted()
		}
	case '{':
		return bmes.GivenSource(readSource(d))
	}
	d.Fail(errors.New("the source is not an object, embedded-text, trusted or null"))
	return bmes.Evidence{}
}

// value reads one JSON value with the given function.
func value[T any](raw []byte, read func(*strictjson.Decoder) T) (T, error) {
	d := strictjson.NewDecoder(raw)
	v := read(d)
	d.End()
	return v, d.Err()
}

// stringOf returns the value of a key, which has to be a string.
func stringOf(key string, raw []byte) (string, error) {
	if raw == nil {
		return "", fmt.Errorf("the key %s is missing", key)
	}
	text, err := value(raw, (*strictjson.Decoder).String)
	if err != nil {
		return "", fmt.Errorf("the value of %s: %w", key, err)
	}
	return text, nil
}

// hexOf returns the bytes of a key whose value is hex.
func hexOf(key string, raw []byte) ([]byte, error) {
	text, err := stringOf(key, raw)
	if err != nil {
		return nil, err
	}
	data, err := hex.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("the value of %s is not hex", key)
	}
	return data, nil
}
