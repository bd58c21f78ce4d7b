package dev.bmes.testee;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A reader of lines of bytes, with a limit on their length. */
final class LineReader {
    /** The longest line of the protocol, with its end. */
    static final int MAX_LINE = 64 << 20;

    /** The JDK copies each read through native memory of the same size, so a read is small. */
    static final int PIECE = 1 << 16;

    private final InputStream in;
    private final byte[] piece = new byte[PIECE];
    private int at;
    private int limit;

    LineReader(InputStream in) {
        this.in = in;
    }

    /**
     * Returns the next line without its end, or {@code null} at the end of the input. It reads a
     * line that is longer than {@link #MAX_LINE} to its end, and then reports a fault.
     */
    byte[] next() throws IOException, Fault {
        byte[] line = new byte[1024];
        int length = 0;
        boolean isTooLong = false;
        while (at < limit || fill()) {
            int end = at;
            while (end < limit && piece[end] != '\n') {
                end++;
            }
            int more = end - at;
            isTooLong |= length + more >= MAX_LINE;
            if (!isTooLong) {
                if (length + more > line.length) {
                    int grown = Math.max(length + more, Math.min(line.length * 2, MAX_LINE));
                    line = Arrays.copyOf(line, grown);
                }
                System.arraycopy(piece, at, line, length, more);
                length += more;
            }
            boolean isEnd = end < limit;
            at = isEnd ? end + 1 : end;
            if (isEnd) {
                return finish(line, length, isTooLong);
            }
        }
        return length == 0 && !isTooLong ? null : finish(line, length, isTooLong);
    }

    private static byte[] finish(byte[] line, int length, boolean isTooLong) throws Fault {
        if (isTooLong) {
            throw new Fault("the line is too long");
        }
        return length == line.length ? line : Arrays.copyOf(line, length);
    }

    private boolean fill() throws IOException {
        at = 0;
        limit = Math.max(0, in.read(piece));
        return limit > 0;
    }
}
