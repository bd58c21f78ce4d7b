package bmes

import (
	"fmt"
	"math/rand"
)

// words are names that are easy to confuse. Some sort differently in UTF-16 and in UTF-8.
var words = []string{
	"a", "A", "a ", "\u00e9", "e\u0301", "\x00", "a\x00", "\ufeff", "\ufeffa", "\uff5a", "\U00010000",
	"\U0010ffff", "*", "*default*", "starDefault", "./m.mjs", "./M.mjs", "type", "json", "__proto__",
	"\n", "\ud7ff", "\ue000", "\uffff",
}

// source makes random records that a checker accepts.
type source struct{ *rand.Rand }

// distinct returns up to n distinct words.
func (s source) distinct(n int) []string {
	var list []string
	for _, i := range s.Perm(len(words))[:s.Intn(n+1)] {
		list = append(list, words[i])
	}
	return list
}

func (s source) word() string { return words[s.Intn(len(words))] }

// free returns a word or the empty string.
func (s source) free() string {
	if s.Intn(5) == 0 {
		return ""
	}
	return s.word()
}

func (s source) bytes(n int) []byte {
	data := make([]byte, s.Intn(n+1))
	s.Read(data)
	return data
}

func (s source) record(version uint32) *Record {
	record := &Record{Version: version, Requests: []Request{}, Imports: []Import{},
		Exports: []Export{}, StarExports: []string{}}
	specifiers := s.distinct(5)
	if s.Intn(4) == 0 {
		specifiers = append(specifiers, "")
	}
	for _, specifier := range specifiers {
		request := Request{specifier, []Attribute{}}
		for _, key := range s.distinct(3) {
			request.Attributes = append(request.Attributes, Attribute{key, s.free()})
		}
		record.Requests = append(record.Requests, request)
	}
	// A specifier that no entry names can belong to several requests.
	record.Requests = append(record.Requests, Request{"twice", []Attribute{}},
		Request{"twice", []Attribute{{"k", s.free()}}})
	specifier := func() string { return specifiers[s.Intn(len(specifiers))] }
	if len(specifiers) > 0 {
		for _, name := range s.distinct(4) {
			record.Imports = append(record.Imports,
				Import{ImportType(s.Intn(3)), specifier(), s.free(), name})
		}
		star := specifier()
		record.StarExports = append(record.StarExports, star)
	}
	for _, name := range append(s.distinct(4), "")[s.Intn(2):] {
		export := Export{Type: ExportType(s.Intn(3)), ExportName: name}
		if export.Type == ExportLocal || len(specifiers) == 0 {
			export.Type, export.LocalName = ExportLocal, s.word()
		} else {
			export.ModuleName = specifier()
			if export.Type == ExportIndirect {
				export.ImportName = s.free()
			}
		}
		record.Exports = append(record.Exports, export)
	}
	if version == 3 {
		record.Engine = &EngineWords{s.variables(), s.variables(), s.Uint32()}
	}
	return record
}

func (s source) variables() []Variable {
	list := []Variable{}
	for _, name := range append(s.distinct(3), "")[s.Intn(2):] {
		list = append(list, Variable{name, s.Uint32()})
	}
	return list
}

// builder4 makes a record of version 4. It gives a string a new index in about half of its uses, so
// strings are shuffled and occur several times.
type builder4 struct {
	source
	record Record4
}

func (b *builder4) index(text string) uint32 {
	var at []int
	for i, s := range b.record.Strings {
		if s == text {
			at = append(at, i)
		}
	}
	if len(at) > 0 && b.Intn(2) == 0 {
		return uint32(at[b.Intn(len(at))])
	}
	b.record.Strings = append(b.record.Strings, text)
	return uint32(len(b.record.Strings) - 1)
}

func (s source) record4(hasBytecode bool) *Record4 {
	b := &builder4{source: s}
	r := &b.record
	r.Flags = Flags4{s.Intn(2) == 0, s.Intn(2) == 0, s.Intn(2) == 0}
	r.Alignment = minAlignment
	if hasBytecode {
		r.Alignment <<= s.Intn(8)
	}
	s.Read(r.Producer[:])
	s.Read(r.Source.Digest[:])
	r.Source.Size = uint64(s.Uint32())

	for i, specifier := range append(s.distinct(4), "same", "same")[s.Intn(3):] {
		request := Request4{Specifier: b.index(specifier), Phase: Phase(s.Intn(3))}
		for _, key := range s.distinct(3) {
			request.Attributes = append(request.Attributes, Attribute4{b.index(key), b.index(s.free())})
		}
		if specifier == "same" {
			request.Attributes = append(request.Attributes,
				Attribute4{b.index("number"), b.index(fmt.Sprint(i))})
		}
		r.Requests = append(r.Requests, request)
	}
	request := func() (index uint32, phase Phase) {
		i := s.Intn(len(r.Requests))
		return uint32(i), r.Requests[i].Phase
	}
	strict := map[string]bool{} // the local names that no Local export can have
	if len(r.Requests) > 0 {
		for _, name := range s.distinct(5) {
			index, phase := request()
			entry := Import4{b.index(name), index, None}
			tolerant := false
			if phase == PhaseEvaluation && s.Intn(2) == 0 {
				entry.ImportName = b.index(s.free())
				tolerant = r.Flags.TypeScript && s.Intn(2) == 0
			}
			if tolerant {
				r.TolerantImports = append(r.TolerantImports, uint32(len(r.Imports)))
			}
			strict[name] = phase == PhaseEvaluation && !tolerant
			r.Imports = append(r.Imports, entry)
		}
		for _, i := range s.Perm(len(r.Requests)) {
			if r.Requests[i].Phase == PhaseEvaluation && s.Intn(2) == 0 {
				r.StarExports = append(r.StarExports, uint32(i))
			}
		}
	}
	for _, name := range append(s.distinct(6), "")[s.Intn(2):] {
		entry := Export4{b.index(name), None, None}
		if len(r.Requests) > 0 && s.Intn(2) == 0 {
			if index, phase := request(); phase == PhaseEvaluation {
				entry.Request = index
			}
		}
		if entry.Request == None {
			local := s.word()
			if strict[local] {
				local = "local"
			}
			entry.Name = b.index(local)
		} else if s.Intn(2) == 0 {
			entry.Name = b.index(s.free())
		}
		r.Exports = append(r.Exports, entry)
	}
	if s.Intn(2) == 0 {
		variables := func() (list []Variable4) {
			for _, name := range append(s.distinct(3), "")[s.Intn(2):] {
				list = append(list, Variable4{b.index(name), s.Uint32()})
			}
			return list
		}
		r.Environment = &Environment4{variables(), variables(), s.Uint32(), s.Uint32()}
	}
	s.Shuffle(len(r.TolerantImports), func(i, j int) {
		r.TolerantImports[i], r.TolerantImports[j] = r.TolerantImports[j], r.TolerantImports[i]
	})
	return r
}
