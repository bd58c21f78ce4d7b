package dev.bmes;

import dev.bmes.V4Record.Phase;
import java.util.Arrays;

/**
 * A reader of one file of version 4. It decides without memory that grows with the file: the
 * columns stay in the file.
 */
final class V4Reader {
    private static final int PHASES = Phase.values().length;

    private final V4Metadata m;
    private final int strings;
    private final int requests;

    private V4Reader(V4Metadata metadata) {
        m = metadata;
        strings = m.stringEnd.count();
        requests = m.specifier.count();
    }

    /** Returns the metadata of a file. The checks have the order of v4-first-error. */
    static V4Metadata read(byte[] file) throws BmesException {
        V4Metadata metadata = V4Metadata.of(file, V4Header.open(file));
        V4Reader reader = new V4Reader(metadata);
        reader.checkStringEnds();
        reader.checkUtf8();
        reader.checkStringOrder();
        reader.checkRequests();
        reader.checkImports();
        reader.checkExports();
        checkAscending(metadata.declaredName, reader.strings);
        checkAscending(metadata.lexicalName, reader.strings);
        return metadata;
    }

    private void checkStringEnds() throws BmesException {
        V4Column ends = m.stringEnd;
        for (int i = 0; i < strings; i++) {
            if (ends.get(i) < ends.startOf(i)) {
                throw fail(ErrorClass.BAD_INDEX, ends.offset(i), "the ends of strings descend");
            }
        }
        if (ends.startOf(strings) != m.stringBytes) {
            int offset = strings == 0 ? V4Metadata.STRING_BYTES_AT : ends.offset(strings - 1);
            throw fail(ErrorClass.BAD_INDEX, offset, "the last string_end is not string_bytes");
        }
    }

    private void checkUtf8() throws BmesException {
        for (int i = 0; i < strings; i++) {
            int invalid = Utf8.firstInvalid(m.file, m.stringStart(i), m.stringLimit(i));
            if (invalid >= 0) {
                throw fail(ErrorClass.BAD_UTF8, invalid, "a string is not UTF-8");
            }
        }
    }

    private void checkStringOrder() throws BmesException {
        for (int i = 1; i < strings; i++) {
            int start = m.stringStart(i);
            int order =
                    Arrays.compareUnsigned(
                            m.file, m.stringStart(i - 1), start, m.file, start, m.stringLimit(i));
            if (order >= 0) {
                throw fail(ErrorClass.BAD_ORDER, m.stringEnd.offset(i), "strings do not ascend");
            }
        }
    }

    private void checkRequests() throws BmesException {
        checkIndices(m.specifier, strings);
        for (int i = 0; i < requests; i++) {
            if (m.phase.get(i) >= PHASES) {
                throw fail(ErrorClass.BAD_TYPE, m.phase.offset(i), "an unknown phase");
            }
        }
        checkAttributeEnds();
        for (int i = 0; i < requests; i++) {
            int first = (int) m.attributeEnd.startOf(i);
            for (int j = first; j < m.attributeEnd.index(i); j++) {
                checkIndex(m.key, j, strings);
                if (j > first) {
                    checkGreater(m.key, j);
                }
            }
        }
        checkIndices(m.value, strings);
        for (int i = 0; i < requests; i++) {
            checkIndex(m.order, i, requests);
            if (i > 0 && compareRequests(m.order.index(i - 1), m.order.index(i)) >= 0) {
                throw fail(ErrorClass.BAD_ORDER, m.order.offset(i), "requests do not ascend");
            }
        }
    }

    /** Unlike the end of a string, each end of attributes is compared with the count. */
    private void checkAttributeEnds() throws BmesException {
        V4Column ends = m.attributeEnd;
        int attributes = m.key.count();
        for (int i = 0; i < requests; i++) {
            if (ends.get(i) < ends.startOf(i) || ends.get(i) > attributes) {
                throw fail(ErrorClass.BAD_INDEX, ends.offset(i), "a wrong end of attributes");
            }
        }
        if (ends.startOf(requests) != attributes) {
            int offset =
                    requests == 0 ? V4Metadata.ATTRIBUTE_COUNT_AT : ends.offset(requests - 1);
            throw fail(ErrorClass.BAD_INDEX, offset, "attributes that belong to no request");
        }
    }

    /** Compares two requests by specifier, phase, and their keys and values (requests-ascend). */
    private int compareRequests(int a, int b) {
        int order = Long.compare(m.specifier.get(a), m.specifier.get(b));
        if (order == 0) {
            order = Long.compare(m.phase.get(a), m.phase.get(b));
        }
        int i = (int) m.attributeEnd.startOf(a);
        int j = (int) m.attributeEnd.startOf(b);
        int limitA = m.attributeEnd.index(a);
        int limitB = m.attributeEnd.index(b);
        for (; order == 0 && i < limitA && j < limitB; i++, j++) {
            order = Long.compare(m.key.get(i), m.key.get(j));
            if (order == 0) {
                order = Long.compare(m.value.get(i), m.value.get(j));
            }
        }
        // At the end of one list, the list that continues is greater.
        return order != 0 ? order : Integer.compare(limitA - i, limitB - j);
    }

    private void checkImports() throws BmesException {
        int imports = m.localName.count();
        for (int i = 0; i < imports; i++) {
            checkIndex(m.localName, i, strings);
            if (m.isEmpty(m.localName.index(i))) {
                throw fail(ErrorClass.BAD_ENTRY, m.localName.offset(i), "an empty local name");
            }
            if (i > 0) {
                checkGreater(m.localName, i);
            }
        }
        checkIndices(m.importRequest, requests);
        checkIndicesOrNone(m.importName, strings);
        for (int i = 0; i < imports; i++) {
            boolean isSingle = m.importName.get(i) != V4Column.NONE;
            if (isSingle && !m.isEvaluation(m.importRequest.index(i))) {
                throw fail(
                        ErrorClass.BAD_ENTRY,
                        m.importName.offset(i),
                        "an import of a name in another phase than evaluation");
            }
        }
        V4Column tolerant = m.tolerantImport;
        checkAscending(tolerant, imports);
        for (int i = 0; i < tolerant.count(); i++) {
            if (m.importName.get(tolerant.index(i)) == V4Column.NONE) {
                throw fail(
                        ErrorClass.BAD_ENTRY,
                        tolerant.offset(i),
                        "a tolerant import that is not Single");
            }
        }
    }

    private void checkExports() throws BmesException {
        checkAscending(m.exportName, strings);
        checkIndicesOrNone(m.exportRequest, requests);
        checkIndicesOrNone(m.name, strings);
        for (int i = 0; i < m.exportName.count(); i++) {
            if (!isExportOfAKind(m.exportRequest.get(i), m.name.get(i))) {
                throw fail(ErrorClass.BAD_ENTRY, m.name.offset(i), "an export of no kind");
            }
        }
        V4Column stars = m.starRequest;
        checkAscending(stars, requests);
        for (int i = 0; i < stars.count(); i++) {
            if (!m.isEvaluation(stars.index(i))) {
                throw fail(
                        ErrorClass.BAD_ENTRY,
                        stars.offset(i),
                        "a star export in another phase than evaluation");
            }
        }
    }

    private boolean isExportOfAKind(long request, long name) {
        if (request != V4Column.NONE) {
            return m.isEvaluation((int) request);
        }
        return name != V4Column.NONE && !m.isEmpty((int) name);
    }

    private static void checkIndices(V4Column column, int count) throws BmesException {
        for (int i = 0; i < column.count(); i++) {
            checkIndex(column, i, count);
        }
    }

    private static void checkIndicesOrNone(V4Column column, int count) throws BmesException {
        for (int i = 0; i < column.count(); i++) {
            if (column.get(i) != V4Column.NONE) {
                checkIndex(column, i, count);
            }
        }
    }

    private static void checkAscending(V4Column column, int count) throws BmesException {
        for (int i = 0; i < column.count(); i++) {
            checkIndex(column, i, count);
            if (i > 0) {
                checkGreater(column, i);
            }
        }
    }

    private static void checkIndex(V4Column column, int i, int count) throws BmesException {
        if (column.get(i) >= count) {
            throw fail(ErrorClass.BAD_INDEX, column.offset(i), "an index without an entry");
        }
    }

    private static void checkGreater(V4Column column, int i) throws BmesException {
        if (column.get(i) <= column.get(i - 1)) {
            throw fail(ErrorClass.BAD_ORDER, column.offset(i), "the entries do not ascend");
        }
    }

    private static BmesException fail(ErrorClass errorClass, long offset, String message) {
        return BmesException.inFile(errorClass, offset, message);
    }
}
