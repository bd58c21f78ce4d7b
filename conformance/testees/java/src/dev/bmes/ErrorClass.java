package dev.bmes;

import java.util.Locale;

/** The error classes of the specification that this library reports. */
public enum ErrorClass {
    BAD_MAGIC(1),
    UNSUPPORTED_VERSION(2),
    TRUNCATED(3),
    BAD_FLAG(4),
    BAD_TYPE(5),
    BAD_UTF8(6),
    BAD_LAYOUT(7),
    TRAILING_BYTES(8),
    BAD_CHECKSUM(9),
    BAD_INDEX(10),
    BAD_ORDER(11),
    BAD_ENTRY(12),
    DUPLICATE_REQUEST(101),
    DUPLICATE_ATTRIBUTE(102),
    AMBIGUOUS_REQUEST(103),
    UNREQUESTED_MODULE(104),
    MISSING_LOCAL_NAME(105),
    DUPLICATE_LOCAL_NAME(106),
    DUPLICATE_EXPORT_NAME(107),
    DUPLICATE_STAR_EXPORT(108),
    MISPLACED_FIELD(109),
    DUPLICATE_VARIABLE(110),
    UNUSED_STRING(111),
    TOO_LARGE(201),
    OTHER_PRODUCER(401),
    STALE_SOURCE(402);

    private final int code;
    private final String text;

    ErrorClass(int code) {
        this.code = code;
        this.text = name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the number of the class in the specification. */
    public int code() {
        return code;
    }

    /** Returns the name of the class in the specification, such as {@code bad-magic}. */
    @Override
    public String toString() {
        return text;
    }
}
