package strictjson

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

// skip reports whether a text is one JSON value.
func skip(text string) bool {
	d := NewDecoder([]byte(text))
	d.Skip()
	d.End()
	return d.Err() == nil
}

func TestValues(t *testing.T) {
	for _, text := range []string{
		`0`, `-0`, `12`, `1.5`, `1e5`, `1E-05`, `-1.0e+9`, `true`, `false`, `null`, `""`, `" "`,
		`"\"\\\/\b\f\n\r\t\u00e9\uD83d\uDE00\ud83d"`, "\"\u007f\u2028\"", `[]`, `{}`, ` [ 1 , 2 ] `,
		`{"a":{"b":[{}]},"a":1}`, "\t\r\n1\n", `"` + "\xf0\x9f\x98\x80" + `"`,
	} {
		if !skip(text) || !json.Valid([]byte(text)) {
			t.Errorf("%q is rejected", text)
		}
	}
	for _, text := range []string{
		``, ` `, `+1`, `01`, `-`, `1.`, `.5`, `1e`, `0x1`, `1 2`, `truth`, `tru`, `nul`, `"`, `"\"`,
		`"\x"`, `"\u12"`, `"\u12g4"`, "\"\n\"", "\"\x00\"", `[`, `[1`, `[1,]`, `[,1]`, `[1 2]`, `]`,
		`{`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{1:1}`, `{"a":1 "b":2}`, "\ufeff1", "\v1",
		"NaN", "'a'", "1//", "\x00",
	} {
		if skip(text) || json.Valid([]byte(text)) {
			t.Errorf("%q is accepted", text)
		}
	}
	// Package encoding/json accepts these.
	for _, text := range []string{
		"\"\xff\"", "\"\xed\xa0\x80\"", "\"\xc0\x80\"", strings.Repeat("[", 101) + strings.Repeat("]", 101),
	} {
		if skip(text) {
			t.Errorf("%q is accepted", text)
		}
	}
	if skip(strings.Repeat("[", 1<<20)) || skip(strings.Repeat(`{"":`, 1<<20)) {
		t.Error("deep nesting is accepted")
	}
	if !skip(strings.Repeat("[", 100) + strings.Repeat("]", 100)) {
		t.Error("100 arrays are rejected")
	}
}

func TestStrings(t *testing.T) {
	for text, want := range map[string]string{
		`"\"\\\/\b\f\n\r\t"`:          "\"\\/\b\f\n\r\t",
		`"\u0000a\u00E9\u20ac"`:       "\x00aé€",
		`"\ud83d\ude00\uD83D\uDE00x"`: "😀😀x",
		`"é\u0061😀"`:                  "éa😀",
		`"\ufffd\uffff\ufeff"`:        "\ufffd\uffff\ufeff",
		// Lone surrogates are not UTF-8.
		`"\ud800"`:             "\xed\xa0\x80",
		`"\udfff!"`:            "\xed\xbf\xbf!",
		`"\ude00\ud83d"`:       "\xed\xb8\x80\xed\xa0\xbd",
		`"\ud83d\ud83d\ude00"`: "\xed\xa0\xbd😀",
		`"\ud83d\u0061"`:       "\xed\xa0\xbda",
		`"\ud83d\n"`:           "\xed\xa0\xbd\n",
	} {
		d := NewDecoder([]byte(text))
		if got := d.String(); got != want || d.Err() != nil {
			t.Errorf("%s is %q, %v", text, got, d.Err())
		}
	}
}

func TestInt(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "-0": 0, "4294967296": 1 << 32, "-7": -7, "9223372036854775807": math.MaxInt64,
		"9223372036854775808": math.MaxInt64, "-9223372036854775808": -math.MaxInt64,
		"1" + strings.Repeat("0", 1000): math.MaxInt64, "9007199254740993": 9007199254740993,
	} {
		d := NewDecoder([]byte(text))
		if got := d.Int(); got != want || d.Err() != nil {
			t.Errorf("%s is %d, %v", text, got, d.Err())
		}
	}
	for _, text := range []string{"1.0", "1e2", `"1"`, "null", "01", "", "-"} {
		d := NewDecoder([]byte(text))
		if d.Int(); d.Err() == nil {
			t.Errorf("%s is accepted", text)
		}
	}
}

func TestObject(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":1,"b":2}`:               "a1b2",
		`{"b":2,"x":[{"a":0}],"a":1}`: "b2a1",
		`{"\u0061":1}`:                "a1",
		`{"a":1,"A":2}`:               "a1", // keys have a case
		`{"b":1}`:                     "",
		`{"a":1,"a":1}`:               "",
		`{"a":1,"b":1,"b":2}`:         "",
		`[]`:                          "",
	} {
		d := NewDecoder([]byte(text))
		got := ""
		d.Object([]string{"a"}, []string{"b"}, func(key string) {
			got += key + string(rune('0'+d.Int()))
		})
		d.End()
		if (d.Err() == nil) != (want != "") || d.Err() == nil && got != want {
			t.Errorf("%s is %s, %v", text, got, d.Err())
		}
	}
}

func TestAppendString(t *testing.T) {
	var all []rune
	for r := rune(0); r < 0x3000; r++ {
		if utf8.ValidRune(r) {
			all = append(all, r)
		}
	}
	for _, text := range []string{"", string(all), "\U0010ffff\ufeff\uffff", `\"`} {
		var got string
		if err := json.Unmarshal(AppendString(nil, text), &got); err != nil || got != text {
			t.Errorf("%q is written as %q, %v", text, got, err)
		}
		d := NewDecoder(AppendString(nil, text))
		if got := d.String(); got != text || d.Err() != nil {
			t.Errorf("%q is read as %q, %v", text, got, d.Err())
		}
	}
}
