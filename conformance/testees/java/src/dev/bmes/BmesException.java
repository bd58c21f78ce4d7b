package dev.bmes;

import java.util.OptionalLong;

/** The rejection of a file or of a record. */
public final class BmesException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final long NO_OFFSET = -1;

    private final ErrorClass errorClass;
    private final long offset;

    private BmesException(ErrorClass errorClass, long offset, String message) {
        // A rejection is an ordinary result, so it needs no stack trace.
        super(message, null, false, false);
        this.errorClass = errorClass;
        this.offset = offset;
    }

    /** Returns the rejection of a file; {@code offset} is the byte that the specification names. */
    public static BmesException inFile(ErrorClass errorClass, long offset, String message) {
        return new BmesException(errorClass, offset, message);
    }

    /** Returns the rejection of a record, which has no offset. */
    public static BmesException inRecord(ErrorClass errorClass, String message) {
        return new BmesException(errorClass, NO_OFFSET, message);
    }

    public ErrorClass errorClass() {
        return errorClass;
    }

    /** Returns the offset of the error in bytes from the start of the file. */
    public OptionalLong offset() {
        return offset == NO_OFFSET ? OptionalLong.empty() : OptionalLong.of(offset);
    }
}
