package bmes

// checkLists checks the columns of section 4.5, in the order of v4-list-order.
func (m *metadata4) checkLists() error {
	strings, requests, imports := m.stringEnd.n, m.specifier.n, m.localName.n
	passes := []func() error{
		func() error { return inRange(m.specifier, strings) },
		m.checkPhases,
		m.checkAttributeEnds,
		m.checkKeys,
		func() error { return inRange(m.value, strings) },
		m.checkOrder,

		m.checkLocalNames,
		func() error { return inRange(m.importRequest, requests) },
		func() error { return inRangeOrNone(m.importName, strings) },
		m.checkImportKinds,

		func() error { return ascending(m.tolerant, imports) },
		m.checkTolerantKinds,

		func() error { return ascending(m.exportName, strings) },
		func() error { return inRangeOrNone(m.exportRequest, requests) },
		func() error { return inRangeOrNone(m.name, strings) },
		m.checkExportKinds,

		func() error { return ascending(m.star, requests) },
		m.checkStarKinds,

		func() error { return ascending(m.declaredName, strings) },
		func() error { return ascending(m.lexicalName, strings) },
	}
	for _, pass := range passes {
		if err := pass(); err != nil {
			return err
		}
	}
	return nil
}

// index checks that a value is the index of one of n entries. None is not: n is at most 2^30.
func index(c column, i, n int) error {
	if uint64(c.at(i)) >= uint64(n) {
		return reject(BadIndex, c.offset(i), "an index has no entry")
	}
	return nil
}

// greater checks that a value is greater than the one before it in the same list.
func greater(c column, i int) error {
	if c.at(i) <= c.at(i-1) {
		return reject(BadOrder, c.offset(i), "a value is not greater than the one before it")
	}
	return nil
}

func inRange(c column, n int) error {
	for i := 0; i < c.n; i++ {
		if err := index(c, i, n); err != nil {
			return err
		}
	}
	return nil
}

func inRangeOrNone(c column, n int) error {
	for i := 0; i < c.n; i++ {
		if c.at(i) == None {
			continue
		}
		if err := index(c, i, n); err != nil {
			return err
		}
	}
	return nil
}

func ascending(c column, n int) error {
	for i := 0; i < c.n; i++ {
		if err := index(c, i, n); err != nil {
			return err
		}
		if i > 0 {
			if err := greater(c, i); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *metadata4) checkPhases() error {
	for i := 0; i < m.phase.n; i++ {
		if Phase(m.phase.at(i)) > lastPhase {
			return reject(BadType, m.phase.offset(i), "the phase is not 0, 1 or 2")
		}
	}
	return nil
}

func (m *metadata4) checkAttributeEnds() error {
	ends, attributes := m.attributeEnd, uint32(m.key.n)
	if ends.n == 0 && attributes != 0 {
		return reject(BadIndex, atAttributeCount, "there are attributes and no request")
	}
	for i := 0; i < ends.n; i++ {
		end := ends.at(i)
		switch {
		case end < ends.from(i):
			return reject(BadIndex, ends.offset(i), "the attributes end before they begin")
		case end > attributes, i == ends.n-1 && end != attributes:
			return reject(BadIndex, ends.offset(i), "the end is not that of the attributes")
		}
	}
	return nil
}

// attributesOf returns where the attributes of a request begin and end in their columns.
func (m *metadata4) attributesOf(request int) (from, to int) {
	return int(m.attributeEnd.from(request)), int(m.attributeEnd.at(request))
}

func (m *metadata4) checkKeys() error {
	for request := 0; request < m.specifier.n; request++ {
		from, to := m.attributesOf(request)
		for i := from; i < to; i++ {
			if err := index(m.key, i, m.stringEnd.n); err != nil {
				return err
			}
			if i > from {
				if err := greater(m.key, i); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// checkOrder proves that no two requests are equal. It compares each request with one other
// request, until a request occurs twice, so its time is linear.
func (m *metadata4) checkOrder() error {
	for i := 0; i < m.order.n; i++ {
		if err := index(m.order, i, m.order.n); err != nil {
			return err
		}
		if i > 0 && m.compareRequests(int(m.order.at(i-1)), int(m.order.at(i))) >= 0 {
			return reject(BadOrder, m.order.offset(i),
				"a request is not greater than the one before it")
		}
	}
	return nil
}

// compareRequests returns a negative number, 0 or a positive number if request a is less than,
// equal to or greater than request b.
func (m *metadata4) compareRequests(a, b int) int {
	if c := compare(m.specifier.at(a), m.specifier.at(b)); c != 0 {
		return c
	}
	if c := compare(m.phase.at(a), m.phase.at(b)); c != 0 {
		return c
	}
	i, endA := m.attributesOf(a)
	j, endB := m.attributesOf(b)
	for ; i < endA && j < endB; i, j = i+1, j+1 {
		if c := compare(m.key.at(i), m.key.at(j)); c != 0 {
			return c
		}
		if c := compare(m.value.at(i), m.value.at(j)); c != 0 {
			return c
		}
	}
	return (endA - i) - (endB - j) // a list that is the beginning of a longer one is less
}

func compare(a, b uint32) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

func (m *metadata4) checkLocalNames() error {
	c := m.localName
	for i := 0; i < c.n; i++ {
		if err := index(c, i, m.stringEnd.n); err != nil {
			return err
		}
		if m.isEmpty(c.at(i)) {
			return reject(BadEntry, c.offset(i), "an import has an empty local name")
		}
		if i > 0 {
			if err := greater(c, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// phaseOf returns the phase of a request.
func (m *metadata4) phaseOf(request uint32) Phase {
	return Phase(m.phase.at(int(request)))
}

func (m *metadata4) checkImportKinds() error {
	for i := 0; i < m.importName.n; i++ {
		if m.importName.at(i) != None && m.phaseOf(m.importRequest.at(i)) != PhaseEvaluation {
			return reject(BadEntry, m.importName.offset(i),
				"an import with a name has a request of phase source or defer")
		}
	}
	return nil
}

func (m *metadata4) checkTolerantKinds() error {
	for i := 0; i < m.tolerant.n; i++ {
		if m.importName.at(int(m.tolerant.at(i))) == None {
			return reject(BadEntry, m.tolerant.offset(i), "a tolerant import is not Single")
		}
	}
	return nil
}

func (m *metadata4) checkExportKinds() error {
	for i := 0; i < m.name.n; i++ {
		request, name := m.exportRequest.at(i), m.name.at(i)
		switch {
		case request != None && m.phaseOf(request) != PhaseEvaluation:
			return reject(BadEntry, m.name.offset(i),
				"the request of an export has the phase source or defer")
		case request == None && (name == None || m.isEmpty(name)):
			return reject(BadEntry, m.name.offset(i), "a Local export has no local name")
		}
	}
	return nil
}

func (m *metadata4) checkStarKinds() error {
	for i := 0; i < m.star.n; i++ {
		if m.phaseOf(m.star.at(i)) != PhaseEvaluation {
			return reject(BadEntry, m.star.offset(i),
				"the request of a star export has the phase source or defer")
		}
	}
	return nil
}
