// Package strictjson reads and writes JSON for the protocol.
//
// Package encoding/json is not strict enough for a testee: it matches keys in any case, takes the
// last of two equal keys, and replaces ill-formed UTF-8 and lone surrogates with U+FFFD. This
// package rejects or keeps them. A Decoder also needs no tree in memory: it calls a function for
// each key or element.
package strictjson

import (
	"errors"
	"math"
	"unicode/utf8"
)

// maxDepth is the largest depth of arrays and objects. The protocol needs 7. The limit protects the
// stack.
const maxDepth = 100

// Decoder reads one JSON value from front to back.
//
// It keeps the first error. After an error, every method returns a zero value, and Object and Array
// end. So a caller tests Err once, at the end.
type Decoder struct {
	data  []byte
	at    int
	depth int
	err   error
}

// NewDecoder returns a decoder for one value. Spaces can surround the value.
func NewDecoder(data []byte) *Decoder {
	d := &Decoder{data: data}
	if !utf8.Valid(data) {
		d.Fail(errors.New("the text is not UTF-8"))
	}
	d.spaces()
	return d
}

// Err returns the first error.
func (d *Decoder) Err() error { return d.err }

// Fail keeps an error, unless there is one already.
func (d *Decoder) Fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

// End fails if anything except spaces follows the value.
func (d *Decoder) End() {
	if d.err == nil && d.at < len(d.data) {
		d.Fail(errors.New("text follows the JSON value"))
	}
}

// peek returns the next byte, or 0 at the end and after an error.
func (d *Decoder) peek() byte {
	if d.err != nil || d.at == len(d.data) {
		return 0
	}
	return d.data[d.at]
}

func (d *Decoder) spaces() {
	for ; d.at < len(d.data); d.at++ {
		switch d.data[d.at] {
		case ' ', '\t', '\n', '\r':
		default:
			return
		}
	}
}

// take reads the given byte and the spaces after it.
func (d *Decoder) take(b byte, missing string) {
	if d.peek() != b {
		d.Fail(errors.New(missing))
		return
	}
	d.at++
	d.spaces()
}

// Next returns the kind of the next value: one of '{', '[', '"', '0' for a number, 't', 'f', 'n', or
// 0 for anything else.
func (d *Decoder) Next() byte {
	switch b := d.peek(); b {
	case '{', '[', '"', 't', 'f', 'n':
		return b
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return '0'
	default:
		return 0
	}
}

// Object reads an object. It calls read for each key of required and optional; read has to read the
// value. Object skips the values of other keys. It fails if a required key is missing, or if a key
// of the two lists appears twice. The lists have at most 64 keys together.
func (d *Decoder) Object(required, optional []string, read func(key string)) {
	var seen uint64
	d.object(func(text []byte) {
		key, bit := find(required, text, 1)
		if bit == 0 {
			key, bit = find(optional, text, 1<<len(required))
		}
		switch {
		case bit == 0:
			d.Skip()
		case seen&bit != 0:
			d.Fail(errors.New("the key " + key + " appears twice"))
		default:
			seen |= bit
			read(key)
		}
	})
	for i, key := range required {
		if seen&(1<<i) == 0 {
			d.Fail(errors.New("the key " + key + " is missing"))
		}
	}
}

// find returns the key of a list that equals text, and its bit. The first key has the bit first. The
// key comes from the list, so that the keys of a million entries need no memory.
func find(list []string, text []byte, first uint64) (key string, bit uint64) {
	for i, key := range list {
		if key == string(text) {
			return key, first << i
		}
	}
	return "", 0
}

func (d *Decoder) object(member func(key []byte)) {
	d.open('{', "an object is expected")
	for first := true; d.err == nil && d.peek() != '}'; first = false {
		if !first {
			d.take(',', "a comma or the end of the object is expected")
		}
		key := d.text()
		d.take(':', "a colon is expected")
		if d.err == nil {
			member(key)
		}
	}
	d.close('}')
}

// Array reads an array. It calls read for each element; read has to read the element.
func (d *Decoder) Array(read func()) {
	d.open('[', "an array is expected")
	for first := true; d.err == nil && d.peek() != ']'; first = false {
		if !first {
			d.take(',', "a comma or the end of the array is expected")
		}
		if d.err == nil {
			read()
		}
	}
	d.close(']')
}

func (d *Decoder) open(b byte, missing string) {
	d.take(b, missing)
	d.depth++
	if d.depth > maxDepth {
		d.Fail(errors.New("arrays and objects are nested too deeply"))
	}
}

func (d *Decoder) close(b byte) {
	d.take(b, "an array or an object does not end")
	d.depth--
}

// Raw skips a value and returns its bytes. They are valid JSON.
func (d *Decoder) Raw() []byte {
	start := d.at
	d.Skip()
	if d.err != nil {
		return nil
	}
	return d.data[start:d.at]
}

// Skip reads a value of any kind.
func (d *Decoder) Skip() {
	switch d.Next() {
	case '{':
		d.object(func([]byte) { d.Skip() })
	case '[':
		d.Array(d.Skip)
	case '"':
		d.scanString()
	case '0':
		d.number()
	case 't', 'f':
		d.Bool()
	case 'n':
		d.Null()
	default:
		d.Fail(errors.New("a JSON value is expected"))
	}
}

// Bool reads true or false.
func (d *Decoder) Bool() bool {
	if d.Next() == 't' {
		d.word("true")
		return d.err == nil
	}
	d.word("false")
	return false
}

// Null reads null.
func (d *Decoder) Null() { d.word("null") }

func (d *Decoder) word(word string) {
	end := d.at + len(word)
	if d.err != nil || end > len(d.data) || string(d.data[d.at:end]) != word {
		d.Fail(errors.New(word + " is expected"))
		return
	}
	d.at = end
	d.spaces()
}

// Int reads an integer without fraction and exponent. A number beyond the range of int64 becomes
// the nearest number of that range, because a larger number is as wrong as the largest.
func (d *Decoder) Int() int64 {
	digits, negative, integer := d.number()
	if !integer {
		d.Fail(errors.New("an integer is expected"))
		return 0
	}
	var n int64
	for _, b := range digits {
		digit := int64(b - '0')
		if n > (math.MaxInt64-digit)/10 {
			n = math.MaxInt64
			break
		}
		n = 10*n + digit
	}
	if negative {
		return -n
	}
	return n
}

// number reads a number. It returns the digits of its integer part.
func (d *Decoder) number() (digits []byte, negative, integer bool) {
	if d.Next() != '0' {
		d.Fail(errors.New("a number is expected"))
		return nil, false, false
	}
	if d.peek() == '-' {
		negative = true
		d.at++
	}
	digits, integer = d.digits(), true
	if len(digits) > 1 && digits[0] == '0' {
		d.Fail(errors.New("a number begins with 0"))
	}
	if d.peek() == '.' {
		integer = false
		d.at++
		d.digits()
	}
	if b := d.peek(); b == 'e' || b == 'E' {
		integer = false
		d.at++
		if b := d.peek(); b == '+' || b == '-' {
			d.at++
		}
		d.digits()
	}
	d.spaces()
	return digits, negative, integer
}

// digits reads one digit or more.
func (d *Decoder) digits() []byte {
	start := d.at
	for b := d.peek(); '0' <= b && b <= '9'; b = d.peek() {
		d.at++
	}
	if d.at == start {
		d.Fail(errors.New("a digit is expected"))
	}
	return d.data[start:d.at]
}
