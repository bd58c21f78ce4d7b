package dev.bmes.testee;

import dev.bmes.Digest;

/** Bytes as lowercase hexadecimal digits in ASCII. */
final class Hex {
    private static final byte[] DIGITS = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    private Hex() {}

    /** Returns the bytes of the digits from {@code start} to the quotation mark that ends them. */
    static byte[] parse(byte[] text, int start, String key) throws Fault {
        int end = start;
        while (digit(text[end]) >= 0) {
            end++;
        }
        if (text[end] != '"' || (end - start) % 2 != 0) {
            throw new Fault(key + " is not lowercase hex");
        }
        byte[] bytes = new byte[(end - start) / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (digit(text[start + 2 * i]) << 4 | digit(text[start + 2 * i + 1]));
        }
        return bytes;
    }

    static Digest digest(byte[] bytes, String key) throws Fault {
        if (bytes.length != Digest.LENGTH) {
            throw new Fault(key + " does not have 32 bytes");
        }
        return Digest.of(bytes);
    }

    static byte[] format(byte[] bytes) {
        byte[] text = new byte[Math.multiplyExact(bytes.length, 2)];
        for (int i = 0; i < bytes.length; i++) {
            text[2 * i] = DIGITS[bytes[i] >> 4 & 15];
            text[2 * i + 1] = DIGITS[bytes[i] & 15];
        }
        return text;
    }

    private static int digit(byte character) {
        if (character >= '0' && character <= '9') {
            return character - '0';
        }
        return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
    }
}
