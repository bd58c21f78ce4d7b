package dev.bmes;

import java.util.Arrays;

/** A growing array of bytes, with the number and string formats of the file. */
final class Output {
    /** The longest array that every JVM can allocate. */
    private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;

    private byte[] bytes = new byte[256];
    private int length;

    int length() {
        return length;
    }

    /** Appends a number, or rejects a number that does not fit. */
    void u32(long value) throws BmesException {
        if (!U32.fits(value)) {
            throw BmesException.inRecord(ErrorClass.TOO_LARGE, "a number that does not fit a u32");
        }
        reserve(4);
        U32.put(bytes, length, value);
        length += 4;
    }

    /** Replaces the number at {@code at}. */
    void u32At(int at, long value) {
        U32.put(bytes, at, value);
    }

    /** Appends the length of the UTF-8 of a string, and the UTF-8. */
    void string(String text) throws BmesException {
        byte[] utf8 = Utf8.encode(text);
        u32(utf8.length);
        append(utf8);
    }

    void append(byte[] content) {
        reserve(content.length);
        System.arraycopy(content, 0, bytes, length, content.length);
        length += content.length;
    }

    /** Appends zeros until the length is a multiple of {@code alignment}, a power of two. */
    void align(int alignment) {
        int zeros = -length & alignment - 1;
        // The bytes after `length` are zeros, because this class only appends.
        reserve(zeros);
        length += zeros;
    }

    byte[] toArray() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    private void reserve(int more) {
        long needed = (long) length + more;
        if (needed <= bytes.length) {
            return;
        }
        if (needed > MAX_LENGTH) {
            // The format allows this file, so it is not `too-large`: Java has no such array.
            throw new OutOfMemoryError("the file is longer than a Java array can be");
        }
        long grown = Math.max(needed, bytes.length * 2L);
        bytes = Arrays.copyOf(bytes, (int) Math.min(grown, MAX_LENGTH));
    }
}
