package dev.bmes;

/**
 * A column of the metadata of version 4: the values of one field of all entries of a list. It reads
 * each value from the file, so that it takes no memory for the values.
 */
final class V4Column {
    /** The absent index of a file (section 2). */
    static final long NONE = U32.MAX;

    private final byte[] file;
    private final int start;
    private final int count;

    V4Column(byte[] file, int start, int count) {
        this.file = file;
        this.start = start;
        this.count = count;
    }

    int count() {
        return count;
    }

    long get(int i) {
        return U32.get(file, offset(i));
    }

    /** Returns a value that a reader has compared with the length of a list. */
    int index(int i) {
        return (int) get(i);
    }

    /** Returns where entry {@code i} begins, if the column holds ends: 0 for the first entry. */
    long startOf(int i) {
        return i == 0 ? 0 : get(i - 1);
    }

    /** Returns the offset of a value in the file. */
    int offset(int i) {
        return start + 4 * i;
    }

    /** Returns the offset of the byte after the column. */
    int end() {
        return offset(count);
    }
}
