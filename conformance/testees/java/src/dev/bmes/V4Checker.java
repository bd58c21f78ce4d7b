package dev.bmes;

import java.util.BitSet;

/** The rules of sections 5 and 6 of version 4. It takes one bit of memory for each string. */
final class V4Checker {
    private final V4Metadata m;

    /** The strings that the checker has seen in a field. */
    private final BitSet marks;

    private V4Checker(V4Metadata metadata) {
        m = metadata;
        marks = new BitSet(m.stringEnd.count());
    }

    /** Checks a file. The checks have the order of v4-check-order. */
    static void checkFile(byte[] file) throws BmesException {
        V4Checker checker = new V4Checker(V4Reader.read(file));
        checker.checkForbiddenExports();
        checker.checkUnusedStrings();
        checker.checkContent();
    }

    private void checkForbiddenExports() throws BmesException {
        int tolerant = 0;
        for (int i = 0; i < m.localName.count(); i++) {
            if (tolerant < m.tolerantImport.count() && m.tolerantImport.get(tolerant) == i) {
                tolerant++;
            } else if (m.isEvaluation(m.importRequest.index(i))) {
                marks.set(m.localName.index(i));
            }
        }
        for (int i = 0; i < m.exportName.count(); i++) {
            boolean isLocal = m.exportRequest.get(i) == V4Column.NONE;
            if (isLocal && marks.get(m.name.index(i))) {
                throw fail(
                        ErrorClass.BAD_ENTRY,
                        m.name.offset(i),
                        "a Local export of an import that has to be Indirect or Namespace");
            }
        }
    }

    /** The marks for the forbidden exports stay, because a field uses these names, too. */
    private void checkUnusedStrings() throws BmesException {
        mark(m.specifier);
        mark(m.key);
        mark(m.value);
        mark(m.localName);
        mark(m.importName);
        mark(m.exportName);
        mark(m.name);
        mark(m.declaredName);
        mark(m.lexicalName);
        int unused = marks.nextClearBit(0);
        if (unused < m.stringEnd.count()) {
            throw fail(
                    ErrorClass.UNUSED_STRING,
                    m.stringEnd.offset(unused),
                    "no field uses a string");
        }
    }

    private void mark(V4Column column) {
        for (int i = 0; i < column.count(); i++) {
            if (column.get(i) != V4Column.NONE) {
                marks.set(column.index(i));
            }
        }
    }

    private void checkContent() throws BmesException {
        V4Header header = m.header;
        checkPadding(header.metadataEnd, header.textStart);
        checkPadding(header.textEnd, header.bytecodeStart);
        checkCrc(header.textStart, header.textEnd, V4Header.TEXT_CRC_AT);
        checkCrc(header.bytecodeStart, m.file.length, V4Header.BYTECODE_CRC_AT);
    }

    private void checkPadding(int from, int to) throws BmesException {
        for (int i = from; i < to; i++) {
            if (m.file[i] != 0) {
                throw fail(ErrorClass.BAD_LAYOUT, i, "a byte of the padding is not zero");
            }
        }
    }

    private void checkCrc(int from, int to, int crcAt) throws BmesException {
        if (V4Header.crc(m.file, from, to) != U32.get(m.file, crcAt)) {
            throw fail(ErrorClass.BAD_CHECKSUM, crcAt, "the text or the bytecode is damaged");
        }
    }

    private static BmesException fail(ErrorClass errorClass, long offset, String message) {
        return BmesException.inFile(errorClass, offset, message);
    }
}
