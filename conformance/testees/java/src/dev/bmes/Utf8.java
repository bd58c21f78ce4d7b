package dev.bmes;

import java.nio.charset.StandardCharsets;

/** Strict UTF-8 (RFC 3629). The decoders of the JDK replace ill-formed sequences by default. */
public final class Utf8 {
    private Utf8() {}

    /**
     * Returns the index of the first byte that is not part of well-formed UTF-8, or -1. For an
     * ill-formed sequence, this is the first byte of the sequence (errors.md, "Offsets").
     */
    public static int firstInvalid(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int lead = bytes[at];
            if (lead >= 0) {
                at++;
                continue;
            }
            int length = sequenceLength(bytes, at, to);
            if (length == 0) {
                return at;
            }
            at += length;
        }
        return -1;
    }

    /** Returns the length of the well-formed sequence of 2 to 4 bytes at {@code at}, or 0. */
    private static int sequenceLength(byte[] bytes, int at, int to) {
        int lead = bytes[at] & 0xFF;
        int length;
        // The range of the second byte excludes overlong forms, surrogates and numbers above
        // U+10FFFF. All later bytes are 80 to BF.
        int low = 0x80;
        int high = 0xBF;
        if (lead < 0xC2) {
            return 0;
        } else if (lead < 0xE0) {
            length = 2;
        } else if (lead < 0xF0) {
            length = 3;
            low = lead == 0xE0 ? 0xA0 : low;
            high = lead == 0xED ? 0x9F : high;
        } else if (lead < 0xF5) {
            length = 4;
            low = lead == 0xF0 ? 0x90 : low;
            high = lead == 0xF4 ? 0x8F : high;
        } else {
            return 0;
        }
        if (length > to - at) {
            return 0;
        }
        int second = bytes[at + 1] & 0xFF;
        if (second < low || second > high) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /** Returns the string of bytes that {@link #firstInvalid} accepts. */
    static String decode(byte[] bytes, int from, int to) {
        return from == to ? "" : new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** Returns the UTF-8 of a string, or rejects a string that has a lone surrogate. */
    static byte[] encode(String text) throws BmesException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            i++;
            if (i == text.length() || !Character.isSurrogatePair(c, text.charAt(i))) {
                throw BmesException.inRecord(ErrorClass.BAD_UTF8, "a string with a lone surrogate");
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Compares two strings in the order of their UTF-8 bytes, which is that of code points. */
    static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                return orderOf(x) - orderOf(y);
            }
        }
        return a.length() - b.length();
    }

    /** Returns a number that puts the surrogates, which begin at U+D800, after U+FFFF. */
    private static int orderOf(char c) {
        return Character.isSurrogate(c) ? c + 0x10000 : c;
    }
}
