package bmes

// None is the value of an index that refers to nothing. The fields ImportName of Import4, and
// Request and Name of Export4, can be None.
const None uint32 = maxU32

// Digest is a SHA-256 digest.
type Digest [32]byte

// Phase is the phase of a request of version 4.
type Phase uint32

// The phases of requests.
const (
	PhaseEvaluation Phase = iota
	PhaseSource
	PhaseDefer
)

// lastPhase is the largest number of a Phase.
const lastPhase = PhaseDefer

// Record4 is the module record of version 4. Its entries refer to strings, requests and imports by
// their index in the list.
//
// In the record of a file, the strings and all lists except the requests ascend strictly. In a
// record for Encode4, they can be in any order, and a string can occur several times.
type Record4 struct {
	Flags           Flags4
	Alignment       uint32
	Producer        Digest
	Source          Source4
	Strings         []string
	Requests        []Request4
	Imports         []Import4
	Exports         []Export4
	TolerantImports []uint32 // indices of imports
	StarExports     []uint32 // indices of requests
	Environment     *Environment4
}

// Flags4 has the flags of a module, except the one for the environment: Environment says that.
type Flags4 struct {
	TopLevelAwait, ImportMeta, TypeScript bool
}

// Source4 identifies the source of a module. A file cannot hold a size of 4294967296 or more.
type Source4 struct {
	Size   uint64
	Digest Digest
}

// Request4 is a module that the record requests. Specifier is the index of a string.
type Request4 struct {
	Specifier  uint32
	Phase      Phase
	Attributes []Attribute4
}

// Attribute4 is an import attribute: two indices of strings.
type Attribute4 struct {
	Key, Value uint32
}

// Import4 is an import entry. ImportName is None for a Namespace and for a Source import.
type Import4 struct {
	LocalName, Request, ImportName uint32
}

// Export4 is an export entry. Request is None for a Local export, Name for a Namespace export.
type Export4 struct {
	ExportName, Request, Name uint32
}

// Environment4 is the part of the record that only the engine interprets.
type Environment4 struct {
	DeclaredVariables []Variable4
	LexicalVariables  []Variable4
	CodeFeatures      uint32
	LexicalFeatures   uint32
}

// Variable4 is a variable of the module. Name is the index of a string.
type Variable4 struct {
	Name, Bits uint32
}
