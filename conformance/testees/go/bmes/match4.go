package bmes

// Evidence is what the caller of Match4 knows about the source. The zero value is nothing.
type Evidence struct {
	kind   evidenceKind
	source Source4
}

type evidenceKind int

const (
	evidenceNothing evidenceKind = iota
	evidenceSource
	evidenceEmbeddedText
	evidenceTrusted
)

// GivenSource is the size and the digest of the source.
func GivenSource(source Source4) Evidence { return Evidence{evidenceSource, source} }

// EmbeddedText says that the text in the file stands for the source. The caller trusts the file.
func EmbeddedText() Evidence { return Evidence{kind: evidenceEmbeddedText} }

// Trusted says that the caller knows by other means that the source is the right one.
func Trusted() Evidence { return Evidence{kind: evidenceTrusted} }

// Match4 decides whether a writer made the file for the given producer and from the given source.
// It reads only the header.
func Match4(file []byte, producer Digest, evidence Evidence) error {
	h, err := Open4(file)
	if err != nil {
		return err
	}
	if h.Producer != producer {
		return reject(OtherProducer, atProducer, "the file has another producer")
	}
	switch evidence.kind {
	case evidenceSource:
		if h.Source.Size != evidence.source.Size {
			return reject(StaleSource, atSourceSize, "the source has another size")
		}
		if h.Source.Digest != evidence.source.Digest {
			return reject(StaleSource, atSourceDigest, "the source has another digest")
		}
	case evidenceEmbeddedText:
		if h.Text.Length == 0 {
			return reject(StaleSource, atTextSize, "the file has no text")
		}
	case evidenceTrusted:
	default:
		return reject(StaleSource, atSourceDigest, "nothing is known about the source")
	}
	return nil
}
