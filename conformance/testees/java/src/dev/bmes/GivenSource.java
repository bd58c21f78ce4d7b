package dev.bmes;

import dev.bmes.V4Record.Source;

/** The source that the caller gives a matcher (section 7 of version 4). */
public final class GivenSource {
    /** The text in the file stands for the source; the caller trusts the file. */
    public static final GivenSource EMBEDDED_TEXT = new GivenSource(null);

    /** The caller knows by other means that the source is the right one. */
    public static final GivenSource TRUSTED = new GivenSource(null);

    /** The caller knows nothing about the source, so no file matches. */
    public static final GivenSource NOTHING = new GivenSource(null);

    private final Source source;

    private GivenSource(Source source) {
        this.source = source;
    }

    /** Returns the source with this size and digest. The size can exceed 4294967295. */
    public static GivenSource of(Source source) {
        return new GivenSource(source);
    }

    /** Compares the header of a file with the source, in the order of v4-match-order. */
    void match(V4Header header) throws BmesException {
        if (source != null) {
            if (source.size() != header.sourceSize) {
                throw stale(V4Header.SOURCE_SIZE_AT, "the source has another size");
            }
            if (!source.digest().equals(header.sourceDigest)) {
                throw stale(V4Header.SOURCE_DIGEST_AT, "the source has another digest");
            }
        } else if (this == EMBEDDED_TEXT) {
            if (header.textStart == header.textEnd) {
                throw stale(V4Header.TEXT_SIZE_AT, "the file has no text");
            }
        } else if (this != TRUSTED) {
            throw stale(V4Header.SOURCE_DIGEST_AT, "the caller gives no source");
        }
    }

    private static BmesException stale(long offset, String message) {
        return BmesException.inFile(ErrorClass.STALE_SOURCE, offset, message);
    }
}
