package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const examplesDir = "../../../spec/examples"

// numExamples is the number of examples of the specification. A missing folder or a file with
// another name must not make the test pass.
const numExamples = 122

// example is one file of spec/examples.
type example struct {
	Operation, Verdict, Class string
	Hex, Text, Bytecode       *string
	Offset                    *int64
	Record, Producer, Source  json.RawMessage
	Title                     string
	name                      string
}

func examples(t *testing.T) []example {
	t.Helper()
	names, err := filepath.Glob(examplesDir + "/*.json")
	if err != nil || len(names) < numExamples {
		t.Fatalf("%d examples in %s, expected at least %d: %v", len(names), examplesDir,
			numExamples, err)
	}
	var list []example
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var e example
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&e); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		e.name = strings.TrimSuffix(filepath.Base(name), ".json")
		list = append(list, e)
	}
	return list
}

// request sends one request and returns the answer without its id.
func request(t *testing.T, fields map[string]any) map[string]any {
	t.Helper()
	fields["id"] = 7
	line, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	answer, _ := answerLine(line)
	return parseAnswer(t, answer)
}

func parseAnswer(t *testing.T, line []byte) map[string]any {
	t.Helper()
	var answer map[string]any
	if err := json.Unmarshal(line, &answer); err != nil || !bytes.HasSuffix(line, []byte("}\n")) {
		t.Fatalf("not one line of JSON: %q", line)
	}
	delete(answer, "id")
	if len(answer) != 1 {
		t.Fatalf("not one result: %q", line)
	}
	return answer
}

func TestExamples(t *testing.T) {
	operations := map[string]int{}
	for _, e := range examples(t) {
		operations[e.Operation]++
		t.Run(e.name, func(t *testing.T) {
			fields := map[string]any{"op": e.Operation}
			switch e.Operation {
			case "encode":
				fields["record"], fields["bytecode"] = e.Record, *e.Bytecode
				if e.Text != nil {
					fields["text"] = *e.Text
				}
			case "match":
				fields["producer"], fields["source"] = e.Producer, e.Source
				fallthrough
			default:
				fields["hex"] = *e.Hex
			}
			e.compare(t, request(t, fields))
			if e.Operation == "check" {
				e.testDecode(t)
			}
			if e.Operation == "decode" && e.Verdict == "reject" {
				// A checker reports what a reader reports.
				e.compare(t, request(t, map[string]any{"op": "check", "hex": *e.Hex}))
			}
		})
	}
	for _, op := range []string{"decode", "check", "encode", "match"} {
		if operations[op] == 0 {
			t.Errorf("there is no example of %s", op)
		}
	}
}

// compare compares an answer with the verdict, the class and the offset of the example.
func (e *example) compare(t *testing.T, answer map[string]any) {
	t.Helper()
	if e.Verdict == "accept" {
		var want any = true
		if e.Operation == "encode" {
			want = map[string]any{"hex": *e.Hex}
		}
		if !reflect.DeepEqual(answer["ok"], want) {
			t.Fatalf("the answer is %v, expected ok %v", answer, want)
		}
		return
	}
	got, _ := answer["err"].(map[string]any)
	if got["class"] != e.Class {
		t.Fatalf("the answer is %v, expected %s", answer, e.Class)
	}
	if e.Offset != nil && got["offset"] != float64(*e.Offset) {
		t.Fatalf("the offset is %v, expected %d", got["offset"], *e.Offset)
	}
}

// testDecode compares the record, the text and the bytecode of a file that a reader accepts. Then it
// writes the record again. The file is the same, if it is canonical.
func (e *example) testDecode(t *testing.T) {
	answer := request(t, map[string]any{"op": "decode", "hex": *e.Hex})
	record, ok := answer["ok"].(map[string]any)
	if !ok {
		t.Fatalf("decode: %v", answer)
	}
	part := func(key string) string {
		place, ok := record[key].(map[string]any)
		delete(record, key)
		if !ok {
			return ""
		}
		start, length := int(place["offset"].(float64)), int(place["length"].(float64))
		return (*e.Hex)[2*start : 2*(start+length)]
	}
	text, bytecode := part("text"), part("bytecode")
	if bytecode != *e.Bytecode || e.Text != nil && text != *e.Text {
		t.Errorf("the text is %s, and the bytecode is %s", text, bytecode)
	}
	var want map[string]any
	if err := json.Unmarshal(e.Record, &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(record, want) {
		t.Errorf("the record is %v, expected %v", record, want)
	}
	if e.Verdict != "accept" {
		return
	}
	fields := map[string]any{"op": "encode", "record": record, "bytecode": bytecode, "text": text}
	written, _ := request(t, fields)["ok"].(map[string]any)
	notCanonical := e.name == "v2-padding-of-seven" || strings.HasSuffix(e.name, "-attributes-empty")
	if (written["hex"] == *e.Hex) == notCanonical {
		t.Errorf("the written file is %v", written)
	}
}
