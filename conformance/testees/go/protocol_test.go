package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

const (
	emptyV3 = `{"version":3,"requests":[],"imports":[],"exports":[],"star_exports":[],` +
		`"declared_variables":[],"lexical_variables":[],"code_features":0}`
	emptyV4 = `{"version":4,"flags":{"top_level_await":false,"import_meta":false,` +
		`"typescript":false},"alignment":8,"producer":"` + zeros + `","source":{"size":0,"sha256":"` +
		zeros + `"},"strings":[],"requests":[],"imports":[],"exports":[],"tolerant_imports":[],` +
		`"star_exports":[],"environment":null}`
	zeros  = "0000000000000000000000000000000000000000000000000000000000000000"
	header = "53454d42"
)

// replaced returns the text with old replaced once. It panics if there is no old.
func replaced(text, old, new string) string {
	if !strings.Contains(text, old) {
		panic("no " + old)
	}
	return strings.Replace(text, old, new, 1)
}

func TestRequests(t *testing.T) {
	v3 := func(old, new string) string {
		return `{"id":7,"op":"encode","bytecode":"","record":` + replaced(emptyV3, old, new) + `}`
	}
	v4 := func(old, new string) string {
		return `{"id":7,"op":"encode","bytecode":"","record":` + replaced(emptyV4, old, new) + `}`
	}
	oneImport := func(name string) string {
		return v3(`"imports":[]`, `"imports":[{"type":"`+name+`","module_request":"m",`+
			`"import_name":"\ud800","local_name":"x"}]`)
	}
	// Each answer has to begin with the text after the line.
	for _, test := range [][2]string{
		{``, `{"id":null,"fault"`},
		{`[]`, `{"id":null,"fault"`},
		{`{"id":1,"op":"identify","hex":""} x`, `{"id":null,"fault"`},
		{"\xef\xbb\xbf{}", `{"id":null,"fault"`},
		{"{\"id\":1,\"op\":\"identify\",\"hex\":\"\xff\"}", `{"id":null,"fault"`},
		{`{"id":1.0,"op":"bye"}`, `{"id":null,"fault"`},
		{`{"id":9007199254740992,"op":"bye"}`, `{"id":null,"fault"`},
		{`{"id":-1,"op":"bye"}`, `{"id":null,"fault"`},
		{`{"id":null,"op":"bye"}`, `{"id":null,"fault"`},
		{`{"op":"identify","hex":""}`, `{"id":null,"fault"`},
		{`{"id":1,"id":1,"op":"identify","hex":""}`, `{"id":null,"fault"`},
		{`{"id":7}`, `{"id":7,"fault"`},
		{`{"id":7,"op":1}`, `{"id":7,"fault"`},
		{`{"id":7,"op":"Check"}`, `{"id":7,"unsupported"`},
		{`{"id":7,"op":"\ud800"}`, `{"id":7,"unsupported"`},
		{`{"id":7,"op":"hello"}`, `{"id":7,"ok"`},
		{`{"id":7,"op":"hello","protocol":9}`, `{"id":7,"ok":{"protocol":1,`},
		{`{"id":7,"op":"hello","protocol":"1"}`, `{"id":7,"fault"`},
		{`{"id":7,"op":"decode"}`, `{"id":7,"fault"`},
		{`{"id":7,"op":"decode","HEX":""}`, `{"id":7,"fault"`},
		{`{"id":7,"op":"decode","hex":null}`, `{"id":7,"fault"`},
		{`{"id":7,"op":"decode","hex":"0"}`, `{"id":7,"fault"`},
		{`{"id":7,"op":"decode","hex":"0g"}`, `{"id":7,"fault"`},
		{`{"id":7,"op":"decode","hex":""}`, `{"id":7,"err":{"class":"truncated","offset":0`},
		{` {"hex" : "53454d4203000000" ,"x":[null], "op":"identify", "id":9007199254740991 } `,
			`{"id":9007199254740991,"ok":{"version":3}}`},
		{`{"id":7,"op":"match","hex":"` + header + `03000000","producer":"` + zeros + `","source":null}`,
			`{"id":7,"err":{"class":"unsupported-version","offset":4`},
		{`{"id":7,"op":"match","hex":"","producer":"` + zeros + `"}`, `{"id":7,"fault"`},
		{`{"id":7,"op":"match","hex":"","producer":"00","source":null}`, `{"id":7,"fault"`},
		{`{"id":7,"op":"match","hex":"","producer":"` + zeros + `","source":"text"}`, `{"id":7,"fault"`},

		{`{"id":7,"op":"encode","record":{"x":0,"version":-1}}`,
			`{"id":7,"err":{"class":"unsupported-version"`},
		{v3(`3`, `99999999999999999999`), `{"id":7,"err":{"class":"unsupported-version"`},
		{v3(`3`, `2`), `{"id":7,"err":{"class":"unsupported-version"`},
		{v3(`3`, `"3"`), `{"id":7,"fault"`},
		{v3(`,"code_features":0`, ``), `{"id":7,"err":{"class":"unsupported-version"`},
		{v3(`"code_features":0`, `"code_features":-1`), `{"id":7,"err":{"class":"too-large"`},
		{v3(`"code_features":0`, `"code_features":4294967296`), `{"id":7,"err":{"class":"too-large"`},
		{v3(`"code_features":0`, `"code_features":4294967295`), `{"id":7,"ok":`},
		{v3(`"code_features":0`, `"code_features":1.0`), `{"id":7,"fault"`},
		{v3(`"exports":[],`, ``), `{"id":7,"fault"`},
		{v3(`"exports":[]`, `"exports":null`), `{"id":7,"fault"`},
		{v3(`"star_exports":[]`, `"star_exports":["\ud800"],"strings":[]`),
			`{"id":7,"err":{"class":"unsupported-version"`},
		{v3(`"declared_variables":[]`, `"declared_variables":[{"name":"\ud800","bits":0}]`),
			`{"id":7,"err":{"class":"bad-utf8"`},
		{oneImport("none"), `{"id":7,"err":{"class":"bad-type"`},
		{replaced(oneImport("namespace"), `"requests":[]`,
			`"requests":[{"specifier":"m","attributes":[]}]`), `{"id":7,"ok":`},
		{replaced(oneImport("single"), `"requests":[]`,
			`"requests":[{"specifier":"m","attributes":[]}]`), `{"id":7,"err":{"class":"bad-utf8"`},

		{v4(`4`, `4`), `{"id":7,"ok":`},
		{replaced(v4(`4`, `4`), `{`, `{"text":null,`), `{"id":7,"ok":`},
		{v4(`"strings":[]`, `"strings":["a"]`), `{"id":7,"err":{"class":"unused-string"`},
		{v4(`"strings":[]`, `"strings":["\udfff"]`), `{"id":7,"err":{"class":"bad-utf8"`},
		{v4(`"star_exports":[]`, `"star_exports":[0]`), `{"id":7,"err":{"class":"bad-index"`},
		{v4(`"star_exports":[]`, `"star_exports":[null]`), `{"id":7,"err":{"class":"bad-index"`},
		{v4(`"star_exports":[]`, `"star_exports":[4294967295]`), `{"id":7,"err":{"class":"bad-index"`},
		{v4(`"size":0`, `"size":9007199254740991`), `{"id":7,"err":{"class":"too-large"`},
		{v4(`"size":0`, `"size":4294967295`), `{"id":7,"ok":`},
		{v4(`"size":0`, `"size":-1`), `{"id":7,"err":{"class":"too-large"`},
		{v4(`"alignment":8`, `"alignment":0`), `{"id":7,"err":{"class":"bad-layout"`},
		{v4(`"alignment":8`, `"alignment":16`), `{"id":7,"err":{"class":"bad-layout"`},
		{v4(`,"environment":null`, ``), `{"id":7,"fault"`},
	} {
		answer, bye := answerLine([]byte(test[0]))
		if bye || !bytes.HasPrefix(answer, []byte(test[1])) {
			t.Errorf("%s\nhas the answer %s\nexpected %s", test[0], answer, test[1])
		}
		parseAnswer(t, answer)
	}
}

func TestServe(t *testing.T) {
	const limit = 1 << 20 // more than one buffer of the reader
	long := `{"id":1,"op":"identify","hex":"` + header + strings.Repeat("0", limit) + "\"}\n"
	line := `{"id":2,"op":"identify","hex":"` + header + "01000000\"}"
	const answer = `{"id":2,"ok":{"version":1}}` + "\n"
	fault := `{"id":null,"fault":"` + errLongLine.Error() + `"}` + "\n"
	// A line of the largest size, and one with one byte more.
	fill := strings.Repeat(" ", limit-len(line)-1)
	for input, want := range map[string]string{
		"":                          "",
		line:                        answer,
		line + "\r\n" + line + "\n": answer + answer,
		long + line + "\n":          fault + answer,
		line + fill + "\n":          answer,
		line + fill + " \n" + line:  fault + answer,
		line + "\n" + `{"id":3,"op":"bye"}` + "\n" + line: answer,
	} {
		var out bytes.Buffer
		if err := serve(strings.NewReader(input), &out, limit); err != nil || out.String() != want {
			t.Errorf("an input of %d bytes has the output %s, %v", len(input), out.String(), err)
		}
	}
}

func TestOneShot(t *testing.T) {
	encode := func(record string) string {
		return fmt.Sprintf(`{"record":%s,"bytecode":"","text":""}`+"\nmore", record)
	}
	for _, test := range []struct {
		op, input, want string
		exit            int
	}{
		{"hello", "", `{"ok":{"protocol":1,`, exitOK},
		{"identify", "SEMB\x04\x00\x00\x00x", `{"ok":{"version":4}}`, exitOK},
		{"decode", "", `{"err":{"class":"truncated"`, exitErr},
		{"check", "SEMB\x01" + strings.Repeat("\x00", 23), `{"ok":true}`, exitOK},
		{"encode", encode(emptyV4), `{"ok":{"hex":"` + header, exitOK},
		{"encode", encode(`{"version":5}`), `{"err":`, exitErr},
		{"encode", encode(`{}`), `{"fault":`, exitFault},
		{"encode", "", `{"fault":`, exitFault},
		{"match", `{"hex":"","producer":"` + zeros + `","source":null}`, `{"err":`, exitErr},
		{"other", "", `{"unsupported":`, exitUnsupported},
	} {
		var out bytes.Buffer
		exit := oneShot(test.op, strings.NewReader(test.input), &out)
		if exit != test.exit || !strings.HasPrefix(out.String(), test.want) {
			t.Errorf("%s %q: exit status %d, %s", test.op, test.input, exit, out.String())
		}
	}
}
