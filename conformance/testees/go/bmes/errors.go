package bmes

import "fmt"

// Class is the name of an error class of the specification, such as "truncated".
type Class string

// The structural classes: the file is not well-formed.
const (
	Truncated          Class = "truncated"
	BadMagic           Class = "bad-magic"
	UnsupportedVersion Class = "unsupported-version"
	BadFlag            Class = "bad-flag"
	BadType            Class = "bad-type"
	BadUTF8            Class = "bad-utf8"
	BadLayout          Class = "bad-layout"
	TrailingBytes      Class = "trailing-bytes"
	BadChecksum        Class = "bad-checksum"
	BadIndex           Class = "bad-index"
	BadOrder           Class = "bad-order"
	BadEntry           Class = "bad-entry"
)

// The semantic classes: the file is well-formed, but its record must not be linked.
const (
	DuplicateRequest    Class = "duplicate-request"
	DuplicateAttribute  Class = "duplicate-attribute"
	AmbiguousRequest    Class = "ambiguous-request"
	UnrequestedModule   Class = "unrequested-module"
	MissingLocalName    Class = "missing-local-name"
	DuplicateLocalName  Class = "duplicate-local-name"
	DuplicateExportName Class = "duplicate-export-name"
	DuplicateStarExport Class = "duplicate-star-export"
	MisplacedField      Class = "misplaced-field"
	DuplicateVariable   Class = "duplicate-variable"
	UnusedString        Class = "unused-string"
)

// The other classes: TooLarge is for writers, the last two are for matchers.
const (
	TooLarge      Class = "too-large"
	OtherProducer Class = "other-producer"
	StaleSource   Class = "stale-source"
)

// NoOffset is the Offset of an error in a record, which has no position in a file.
const NoOffset = -1

// Error is the reason to reject a file or a record.
//
// Every error that this package returns has this type.
type Error struct {
	Class   Class
	Offset  int // in bytes from the start of the file, or NoOffset
	Message string
}

// Error returns the class, the message and the offset as one line of text.
func (e *Error) Error() string {
	if e.Offset == NoOffset {
		return fmt.Sprintf("%s: %s", e.Class, e.Message)
	}
	return fmt.Sprintf("%s at byte %d: %s", e.Class, e.Offset, e.Message)
}

// reject returns an error with a position in the file.
func reject(class Class, offset int, message string) error {
	return &Error{class, offset, message}
}

// rejectRecord returns an error in a record.
func rejectRecord(class Class, message string) error {
	return &Error{class, NoOffset, message}
}
