package bmes

// ImportType is the type of an import entry of versions 1 to 3.
type ImportType uint32

// The types of import entries.
const (
	ImportSingle ImportType = iota
	ImportSingleTypeScript
	ImportNamespace
)

// ExportType is the type of an export entry of versions 1 to 3.
type ExportType uint32

// The types of export entries.
const (
	ExportLocal ExportType = iota
	ExportIndirect
	ExportNamespace
)

// lastType is the largest number of an ImportType and of an ExportType.
const lastType = 2

// Record is the module record of versions 1 to 3.
type Record struct {
	Version     uint32
	Requests    []Request
	Imports     []Import
	Exports     []Export
	StarExports []string

	// Engine is not nil in version 3, and nil in versions 1 and 2.
	Engine *EngineWords
}

// Request is a module that the record requests.
type Request struct {
	Specifier  string
	Attributes []Attribute
}

// Attribute is an import attribute of a request.
type Attribute struct {
	Key, Value string
}

// Import is an import entry. It names a request by its specifier.
type Import struct {
	Type                                 ImportType
	ModuleRequest, ImportName, LocalName string
}

// Export is an export entry. Its type decides which fields apply.
type Export struct {
	Type                                          ExportType
	ExportName, ModuleName, ImportName, LocalName string
}

// EngineWords is the part of a record of version 3 that only the engine interprets.
type EngineWords struct {
	DeclaredVariables []Variable
	LexicalVariables  []Variable
	CodeFeatures      uint32
}

// Variable is a variable of the module. Only the engine gives Bits a meaning.
type Variable struct {
	Name string
	Bits uint32
}
