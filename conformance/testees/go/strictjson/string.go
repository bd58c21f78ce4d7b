package strictjson

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// String reads a string.
//
// Two escapes of a surrogate pair become one character. A lone surrogate becomes the three bytes
// that UTF-8 would have for it. They are ill-formed UTF-8, so a writer of BMES rejects the string.
func (d *Decoder) String() string {
	return string(d.text())
}

// text reads a string and returns its bytes. They can be a part of the input.
func (d *Decoder) text() []byte {
	content, escaped := d.scanString()
	if escaped {
		return unescape(content)
	}
	return content
}

// scanString reads a string and returns the bytes between its quotes. It checks the escapes.
func (d *Decoder) scanString() (content []byte, escaped bool) {
	if d.peek() != '"' {
		d.Fail(errors.New("a string is expected"))
		return nil, false
	}
	d.at++
	start := d.at
	for d.at < len(d.data) {
		switch b := d.data[d.at]; {
		case b == '"':
			content = d.data[start:d.at]
			d.at++
			d.spaces()
			return content, escaped
		case b < 0x20:
			d.Fail(errors.New("a control character in a string is not escaped"))
			return nil, false
		case b == '\\':
			size := escapeSize(d.data[d.at:])
			if size == 0 {
				d.Fail(errors.New("an escape in a string is not defined"))
				return nil, false
			}
			d.at += size
			escaped = true
		default:
			d.at++
		}
	}
	d.Fail(errors.New("a string does not end"))
	return nil, false
}

// shortEscapes and shortValues are the escapes of two characters and the characters they stand for.
const (
	shortEscapes = `"\/bfnrt`
	shortValues  = "\"\\/\b\f\n\r\t"
)

// escapeSize returns the size of the escape at the start of text, or 0 if there is none.
func escapeSize(text []byte) int {
	if len(text) < 2 {
		return 0
	}
	if strings.IndexByte(shortEscapes, text[1]) >= 0 {
		return 2
	}
	if unit(text) < 0 {
		return 0
	}
	return 6
}

// unit returns the code unit of the escape \uXXXX at the start of text, or −1 if there is none.
func unit(text []byte) rune {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	var n rune
	for _, b := range text[2:6] {
		switch {
		case '0' <= b && b <= '9':
			n = n<<4 | rune(b-'0')
		case 'a' <= b && b <= 'f':
			n = n<<4 | rune(b-'a'+10)
		case 'A' <= b && b <= 'F':
			n = n<<4 | rune(b-'A'+10)
		default:
			return -1
		}
	}
	return n
}

// unescape replaces the escapes of a string that scanString has checked.
func unescape(text []byte) []byte {
	out := make([]byte, 0, len(text)) // an escape is longer than its character
	for len(text) > 0 {
		if text[0] != '\\' {
			n := bytes.IndexByte(text, '\\')
			if n < 0 {
				n = len(text)
			}
			out = append(out, text[:n]...)
			text = text[n:]
			continue
		}
		r := unit(text)
		if r < 0 {
			out = append(out, shortValues[strings.IndexByte(shortEscapes, text[1])])
			text = text[2:]
			continue
		}
		text = text[6:]
		if utf16.IsSurrogate(r) {
			if pair := utf16.DecodeRune(r, unit(text)); pair != utf8.RuneError {
				out = utf8.AppendRune(out, pair)
				text = text[6:]
				continue
			}
			out = append(out, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
			continue
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

const hexDigits = "0123456789abcdef"

// AppendString appends a JSON string. The text has to be UTF-8.
func AppendString(out []byte, text string) []byte {
	out = append(out, '"')
	start := 0
	for i := 0; i < len(text); i++ {
		b := text[i]
		if b >= 0x20 && b != '"' && b != '\\' {
			continue
		}
		out = append(out, text[start:i]...)
		start = i + 1
		if b < 0x20 {
			out = append(out, '\\', 'u', '0', '0', hexDigits[b>>4], hexDigits[b&15])
		} else {
			out = append(out, '\\', b)
		}
	}
	out = append(out, text[start:]...)
	return append(out, '"')
}
