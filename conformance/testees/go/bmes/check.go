package bmes

import "encoding/binary"

// checker applies the rules of section 6 of versions 1 to 3 to a record.
//
// It goes through the entries in the order of the file and stops at the first entry that completes
// a violation. A checker may report any class whose rule the record breaks; this one makes the
// choice of the reference (check-choice).
type checker struct {
	starts    *starts        // nil if the record does not come from a file
	specifier map[string]int // the number of requests that have the specifier
}

// names is a set of strings. Go seeds the hash of each map at random, so the author of a file
// cannot choose names that collide.
type names map[string]struct{}

// add reports whether the name is new.
func (n names) add(name string) bool {
	before := len(n)
	n[name] = struct{}{}
	return len(n) > before
}

// checkRecord returns the first violation in the record. The starts are nil for a writer.
func checkRecord(record *Record, offsets *starts) error {
	if offsets == nil {
		offsets = &starts{}
	}
	c := &checker{starts: offsets, specifier: map[string]int{}}
	if err := c.requests(record.Requests); err != nil {
		return err
	}
	if err := c.imports(record.Imports); err != nil {
		return err
	}
	if err := c.exports(record.Exports); err != nil {
		return err
	}
	if err := c.starExports(record.StarExports); err != nil {
		return err
	}
	if record.Engine == nil {
		return nil
	}
	if err := variables(record.Engine.DeclaredVariables, offsets.declared); err != nil {
		return err
	}
	return variables(record.Engine.LexicalVariables, offsets.lexical)
}

// entryError returns an error at the start of an entry.
func entryError(class Class, starts []int, i int, message string) error {
	if starts == nil {
		return rejectRecord(class, message)
	}
	return reject(class, starts[i], message)
}

func (c *checker) requests(list []Request) error {
	seen := names{}
	for i, request := range list {
		pairs := mergeSort(request.Attributes, func(a, b Attribute) bool {
			return a.Key < b.Key || a.Key == b.Key && a.Value < b.Value
		})
		if !seen.add(requestKey(request.Specifier, pairs)) {
			return entryError(DuplicateRequest, c.starts.requests, i,
				"an earlier request has the same specifier and attributes")
		}
		for j := 1; j < len(pairs); j++ {
			if pairs[j].Key == pairs[j-1].Key {
				return entryError(DuplicateAttribute, c.starts.requests, i,
					"two attributes of the request have the same key")
			}
		}
		c.specifier[request.Specifier]++
	}
	return nil
}

// requestKey returns a string that is equal for two requests exactly if the requests are equal.
// The length before each string keeps the strings apart.
func requestKey(specifier string, pairs []Attribute) string {
	key := appendWithLength(nil, specifier)
	for _, pair := range pairs {
		key = appendWithLength(key, pair.Key)
		key = appendWithLength(key, pair.Value)
	}
	return string(key)
}

func appendWithLength(key []byte, text string) []byte {
	key = binary.LittleEndian.AppendUint64(key, uint64(len(text)))
	return append(key, text...)
}

// namesRequest returns an error if the specifier does not name exactly one request. The requests
// are already checked, so several requests with one specifier differ in their attributes.
func (c *checker) namesRequest(specifier string, starts []int, i int) error {
	switch c.specifier[specifier] {
	case 0:
		return entryError(UnrequestedModule, starts, i, "no request has this specifier")
	case 1:
		return nil
	default:
		return entryError(AmbiguousRequest, starts, i,
			"requests with different attributes have this specifier")
	}
}

func (c *checker) imports(list []Import) error {
	starts := c.starts.imports
	seen := names{}
	for i := range list {
		entry := &list[i]
		if err := c.namesRequest(entry.ModuleRequest, starts, i); err != nil {
			return err
		}
		if entry.LocalName == "" {
			return entryError(MissingLocalName, starts, i, "an import has no local name")
		}
		if !seen.add(entry.LocalName) {
			return entryError(DuplicateLocalName, starts, i,
				"an earlier import has the same local name")
		}
	}
	return nil
}

func (c *checker) exports(list []Export) error {
	starts := c.starts.exports
	seen := names{}
	for i := range list {
		entry := &list[i]
		if entry.Type != ExportLocal {
			if err := c.namesRequest(entry.ModuleName, starts, i); err != nil {
				return err
			}
		} else if entry.LocalName == "" {
			return entryError(MissingLocalName, starts, i, "a Local export has no local name")
		}
		if !seen.add(entry.ExportName) {
			return entryError(DuplicateExportName, starts, i, "an earlier export has the same name")
		}
		if misplaced(entry) {
			return entryError(MisplacedField, starts, i,
				"a field that does not apply to the export's type holds text")
		}
	}
	return nil
}

// misplaced reports whether a field that does not apply holds text (applies-by-type).
func misplaced(entry *Export) bool {
	switch entry.Type {
	case ExportLocal:
		return entry.ModuleName != "" || entry.ImportName != ""
	case ExportIndirect:
		return entry.LocalName != ""
	default:
		return entry.ImportName != "" || entry.LocalName != ""
	}
}

func (c *checker) starExports(list []string) error {
	seen := names{}
	for i, specifier := range list {
		if err := c.namesRequest(specifier, c.starts.starExports, i); err != nil {
			return err
		}
		if !seen.add(specifier) {
			return entryError(DuplicateStarExport, c.starts.starExports, i,
				"an earlier star export is equal")
		}
	}
	return nil
}

func variables(list []Variable, starts []int) error {
	seen := names{}
	for i := range list {
		if !seen.add(list[i].Name) {
			return entryError(DuplicateVariable, starts, i,
				"an earlier variable of the list has the same name")
		}
	}
	return nil
}
