package dev.bmes;

import java.util.zip.CRC32;

/** The header of a file of version 4, which an opener accepts. */
final class V4Header {
    static final int SIZE = 112;

    static final int FLAGS_AT = 8;
    static final int ALIGNMENT_AT = 12;
    static final int METADATA_SIZE_AT = 16;
    static final int SOURCE_SIZE_AT = 20;
    static final int TEXT_SIZE_AT = 24;
    static final int BYTECODE_SIZE_AT = 28;
    static final int PRODUCER_AT = 32;
    static final int SOURCE_DIGEST_AT = 64;
    static final int METADATA_CRC_AT = 96;
    static final int TEXT_CRC_AT = 100;
    static final int BYTECODE_CRC_AT = 104;
    static final int HEADER_CRC_AT = 108;

    static final int FLAG_ENVIRONMENT = 1;
    static final int FLAG_TOP_LEVEL_AWAIT = 2;
    static final int FLAG_IMPORT_META = 4;
    static final int FLAG_TYPESCRIPT = 8;
    private static final int ALL_FLAGS = 15;

    static final int MIN_ALIGNMENT = 8;
    static final int MAX_ALIGNMENT = 65536;
    static final int COUNTS_SIZE = 48;

    final int flags;
    final int alignment;
    final long sourceSize;
    final Digest producer;
    final Digest sourceDigest;

    // The positions are at most the length of the file, so an `int` holds them.
    final int metadataEnd;
    final int textStart;
    final int textEnd;
    final int bytecodeStart;

    private V4Header(byte[] file, int metadataEnd, int textStart, int textEnd, int bytecodeStart) {
        this.flags = (int) U32.get(file, FLAGS_AT);
        this.alignment = (int) U32.get(file, ALIGNMENT_AT);
        this.sourceSize = U32.get(file, SOURCE_SIZE_AT);
        this.producer = Digest.at(file, PRODUCER_AT);
        this.sourceDigest = Digest.at(file, SOURCE_DIGEST_AT);
        this.metadataEnd = metadataEnd;
        this.textStart = textStart;
        this.textEnd = textEnd;
        this.bytecodeStart = bytecodeStart;
    }

    /** Opens a file. The checks have the order of v4-open-order. */
    static V4Header open(byte[] file) throws BmesException {
        if (Bmes.identify(file) != 4) {
            throw fail(ErrorClass.UNSUPPORTED_VERSION, 4, "not a file of version 4");
        }
        if (file.length < SIZE) {
            throw fail(ErrorClass.TRUNCATED, file.length, "the file ends in the header");
        }
        if (crc(file, 0, HEADER_CRC_AT) != U32.get(file, HEADER_CRC_AT)) {
            throw fail(ErrorClass.BAD_CHECKSUM, HEADER_CRC_AT, "the header is damaged");
        }
        if (U32.get(file, FLAGS_AT) > ALL_FLAGS) {
            throw fail(ErrorClass.BAD_FLAG, FLAGS_AT, "an unknown flag");
        }
        long alignment = U32.get(file, ALIGNMENT_AT);
        long metadataSize = U32.get(file, METADATA_SIZE_AT);
        long textSize = U32.get(file, TEXT_SIZE_AT);
        long bytecodeSize = U32.get(file, BYTECODE_SIZE_AT);
        if (!isAlignment(alignment) || bytecodeSize == 0 && alignment != MIN_ALIGNMENT) {
            throw fail(ErrorClass.BAD_LAYOUT, ALIGNMENT_AT, "an alignment that is not allowed");
        }
        if (metadataSize < COUNTS_SIZE) {
            throw fail(ErrorClass.BAD_LAYOUT, METADATA_SIZE_AT, "metadata_size is less than 48");
        }
        if (textSize == 0 && U32.get(file, TEXT_CRC_AT) != 0) {
            throw fail(ErrorClass.BAD_LAYOUT, TEXT_CRC_AT, "text_crc without text");
        }
        if (bytecodeSize == 0 && U32.get(file, BYTECODE_CRC_AT) != 0) {
            throw fail(ErrorClass.BAD_LAYOUT, BYTECODE_CRC_AT, "bytecode_crc without bytecode");
        }

        long metadataEnd = SIZE + metadataSize;
        long textStart = up(metadataEnd, 8);
        long textEnd = textStart + textSize;
        long bytecodeStart = up(textEnd, alignment);
        long end = bytecodeStart + bytecodeSize;
        if (end > U32.MAX) {
            throw fail(ErrorClass.BAD_LAYOUT, BYTECODE_SIZE_AT, "a file of 4 GiB or more");
        }
        if (end > file.length) {
            throw fail(ErrorClass.TRUNCATED, BYTECODE_SIZE_AT, "the file is too short");
        }
        if (end < file.length) {
            throw fail(ErrorClass.TRAILING_BYTES, BYTECODE_SIZE_AT, "bytes follow the bytecode");
        }
        return new V4Header(
                file, (int) metadataEnd, (int) textStart, (int) textEnd, (int) bytecodeStart);
    }

    /** Returns whether a number is a power of two from 8 to 65536 (v4-alignment). */
    static boolean isAlignment(long number) {
        return number >= MIN_ALIGNMENT
                && number <= MAX_ALIGNMENT
                && (number & number - 1) == 0;
    }

    /** Returns the smallest multiple of {@code alignment} that is not less than {@code number}. */
    static long up(long number, long alignment) {
        return (number + alignment - 1) / alignment * alignment;
    }

    static long crc(byte[] bytes, int from, int to) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, to - from);
        return crc.getValue();
    }

    private static BmesException fail(ErrorClass errorClass, long offset, String message) {
        return BmesException.inFile(errorClass, offset, message);
    }
}
