package dev.bmes.testee;

import dev.bmes.Utf8;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Tests of the UTF-8 validator. */
final class Utf8Tests {
    private Utf8Tests() {}

    static void run(Suite suite) {
        suite.test("utf8/well-formed", () -> {
            invalid(-1);
            invalid(-1, 0x00, 0x7F, 0xC2, 0x80, 0xDF, 0xBF);
            invalid(-1, 0xE0, 0xA0, 0x80, 0xED, 0x9F, 0xBF, 0xEE, 0x80, 0x80, 0xEF, 0xBF, 0xBF);
            invalid(-1, 0xF0, 0x90, 0x80, 0x80, 0xF4, 0x8F, 0xBF, 0xBF);
        });
        suite.test("utf8/ill-formed", () -> {
            invalid(0, 0x80);
            invalid(1, 0x61, 0xC0, 0x80);
            invalid(0, 0xC1, 0xBF);
            invalid(1, 0x61, 0xC3);
            invalid(0, 0xC3, 0x61);
            invalid(0, 0xE0, 0x9F, 0xBF);
            invalid(0, 0xED, 0xA0, 0x80);
            invalid(2, 0xC3, 0xA9, 0xE2, 0x82);
            invalid(0, 0xF0, 0x8F, 0xBF, 0xBF);
            invalid(0, 0xF0, 0x90, 0x80, 0x61);
            invalid(0, 0xF4, 0x90, 0x80, 0x80);
            invalid(0, 0xF5, 0x80, 0x80, 0x80);
            invalid(0, 0xFF);
        });
        suite.test("utf8/all sequences of two bytes, and of three with a lead byte", () -> {
            for (int i = 0; i < 1 << 16; i++) {
                compareWithJdk(new byte[] {(byte) (i >> 8), (byte) i});
            }
            for (int i = 0xE00000; i < 0xF10000; i++) {
                if ((i & 15) % 15 == 0) {
                    compareWithJdk(new byte[] {(byte) (i >> 16), (byte) (i >> 8), (byte) i});
                }
            }
        });
    }

    private static void compareWithJdk(byte[] bytes) {
        boolean isValid = true;
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            isValid = false;
        }
        Suite.equal(isValid, Utf8.firstInvalid(bytes, 0, bytes.length) < 0);
    }

    private static void invalid(int expected, int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        Suite.equal(expected, Utf8.firstInvalid(bytes, 0, bytes.length));
    }
}
