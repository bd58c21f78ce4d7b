package dev.bmes;

/** Unsigned 32-bit numbers, least significant byte first. Java's {@code int} is signed. */
final class U32 {
    static final long MAX = 0xFFFF_FFFFL;

    private U32() {}

    /** Returns the number at {@code at}; the caller knows that its four bytes exist. */
    static long get(byte[] bytes, int at) {
        return Integer.toUnsignedLong(
                bytes[at] & 0xFF
                        | (bytes[at + 1] & 0xFF) << 8
                        | (bytes[at + 2] & 0xFF) << 16
                        | (bytes[at + 3] & 0xFF) << 24);
    }

    /** Writes the low 32 bits of {@code value} at {@code at}. */
    static void put(byte[] bytes, int at, long value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >> 8);
        bytes[at + 2] = (byte) (value >> 16);
        bytes[at + 3] = (byte) (value >> 24);
    }

    static boolean fits(long value) {
        return value >= 0 && value <= MAX;
    }
}
