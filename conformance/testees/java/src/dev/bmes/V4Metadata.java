package dev.bmes;

import dev.bmes.V4Record.Attribute;
import dev.bmes.V4Record.Environment;
import dev.bmes.V4Record.Export;
import dev.bmes.V4Record.Flags;
import dev.bmes.V4Record.Import;
import dev.bmes.V4Record.Phase;
import dev.bmes.V4Record.Request;
import dev.bmes.V4Record.Source;
import dev.bmes.V4Record.Variable;
import java.util.ArrayList;
import java.util.List;

/** The header, the counts and the columns of a file of version 4, in the order of section 3.2. */
final class V4Metadata {
    static final int STRING_BYTES_AT = 116;
    static final int ATTRIBUTE_COUNT_AT = 124;
    static final int DECLARED_COUNT_AT = 140;
    static final int LEXICAL_COUNT_AT = 144;
    static final int CODE_FEATURES_AT = 148;
    static final int LEXICAL_FEATURES_AT = 152;
    static final int TOLERANT_COUNT_AT = 156;

    private static final Phase[] PHASES = Phase.values();

    final byte[] file;
    final V4Header header;
    final long stringBytes;

    final V4Column stringEnd;
    final V4Column specifier;
    final V4Column phase;
    final V4Column attributeEnd;
    final V4Column order;
    final V4Column key;
    final V4Column value;
    final V4Column localName;
    final V4Column importRequest;
    final V4Column importName;
    final V4Column tolerantImport;
    final V4Column exportName;
    final V4Column exportRequest;
    final V4Column name;
    final V4Column starRequest;
    final V4Column declaredName;
    final V4Column declaredBits;
    final V4Column lexicalName;
    final V4Column lexicalBits;

    /** The offset of the first byte of the strings. */
    final int strings;

    /** Where the next column begins, while the constructor makes the columns. */
    private int at = V4Header.SIZE + V4Header.COUNTS_SIZE;

    private V4Metadata(byte[] file, V4Header header, long[] counts) {
        this.file = file;
        this.header = header;
        stringBytes = counts[1];
        stringEnd = column(counts[0]);
        specifier = column(counts[2]);
        phase = column(counts[2]);
        attributeEnd = column(counts[2]);
        order = column(counts[2]);
        key = column(counts[3]);
        value = column(counts[3]);
        localName = column(counts[4]);
        importRequest = column(counts[4]);
        importName = column(counts[4]);
        tolerantImport = column(counts[11]);
        exportName = column(counts[5]);
        exportRequest = column(counts[5]);
        name = column(counts[5]);
        starRequest = column(counts[6]);
        declaredName = column(counts[7]);
        declaredBits = column(counts[7]);
        lexicalName = column(counts[8]);
        lexicalBits = column(counts[8]);
        strings = at;
    }

    /** Makes the columns of an opened file, after the checks of section 4.3. */
    static V4Metadata of(byte[] file, V4Header header) throws BmesException {
        long crc = V4Header.crc(file, V4Header.SIZE, header.metadataEnd);
        if (crc != U32.get(file, V4Header.METADATA_CRC_AT)) {
            throw fail(
                    ErrorClass.BAD_CHECKSUM, V4Header.METADATA_CRC_AT, "the metadata is damaged");
        }
        long[] counts = new long[12];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = U32.get(file, V4Header.SIZE + 4 * i);
        }
        // v4-equation: the sum is at most 2^32 times 81, so it does not wrap.
        long size =
                V4Header.COUNTS_SIZE
                        + 4 * counts[0]
                        + counts[1]
                        + 16 * counts[2]
                        + 8 * counts[3]
                        + 12 * counts[4]
                        + 12 * counts[5]
                        + 4 * counts[6]
                        + 8 * (counts[7] + counts[8])
                        + 4 * counts[11];
        if (size != header.metadataEnd - V4Header.SIZE) {
            throw fail(
                    ErrorClass.BAD_LAYOUT,
                    V4Header.METADATA_SIZE_AT,
                    "metadata_size is not the sum that the counts give");
        }
        if ((header.flags & V4Header.FLAG_TYPESCRIPT) == 0 && counts[11] != 0) {
            throw fail(
                    ErrorClass.BAD_LAYOUT,
                    TOLERANT_COUNT_AT,
                    "tolerant imports without the flag for TypeScript");
        }
        if ((header.flags & V4Header.FLAG_ENVIRONMENT) == 0) {
            for (int i = DECLARED_COUNT_AT; i <= LEXICAL_FEATURES_AT; i += 4) {
                if (U32.get(file, i) != 0) {
                    throw fail(
                            ErrorClass.BAD_LAYOUT, i, "an environment without the flag for it");
                }
            }
        }
        return new V4Metadata(file, header, counts);
    }

    /** Makes a column; after the equation, all columns are in the metadata. */
    private V4Column column(long count) {
        V4Column column = new V4Column(file, at, (int) count);
        at = column.end();
        return column;
    }

    int stringStart(int i) {
        return strings + (int) stringEnd.startOf(i);
    }

    int stringLimit(int i) {
        return strings + stringEnd.index(i);
    }

    /** Returns whether a string is empty. Strings ascend, so only string 0 can be empty. */
    boolean isEmpty(int string) {
        return string == 0 && stringEnd.get(0) == 0;
    }

    boolean isEvaluation(int request) {
        return phase.get(request) == Phase.EVALUATION.ordinal();
    }

    /** Returns the content of a file that a reader accepts (v4-report). */
    V4File toFile() {
        Range text =
                header.textStart == header.textEnd
                        ? null
                        : new Range(header.textStart, header.textEnd - header.textStart);
        Range bytecode = new Range(header.bytecodeStart, file.length - header.bytecodeStart);
        return new V4File(toRecord(), text, bytecode);
    }

    private V4Record toRecord() {
        Flags flags =
                new Flags(
                        (header.flags & V4Header.FLAG_TOP_LEVEL_AWAIT) != 0,
                        (header.flags & V4Header.FLAG_IMPORT_META) != 0,
                        (header.flags & V4Header.FLAG_TYPESCRIPT) != 0);
        Environment environment =
                (header.flags & V4Header.FLAG_ENVIRONMENT) == 0
                        ? null
                        : new Environment(
                                variables(declaredName, declaredBits),
                                variables(lexicalName, lexicalBits),
                                U32.get(file, CODE_FEATURES_AT),
                                U32.get(file, LEXICAL_FEATURES_AT));
        return new V4Record(
                flags,
                header.alignment,
                header.producer,
                new Source(header.sourceSize, header.sourceDigest),
                strings(),
                requests(),
                imports(),
                exports(),
                indices(tolerantImport),
                indices(starRequest),
                environment);
    }

    private List<String> strings() {
        List<String> list = new ArrayList<>(stringEnd.count());
        for (int i = 0; i < stringEnd.count(); i++) {
            list.add(Utf8.decode(file, stringStart(i), stringLimit(i)));
        }
        return list;
    }

    private List<Request> requests() {
        List<Request> list = new ArrayList<>(specifier.count());
        for (int i = 0; i < specifier.count(); i++) {
            int from = (int) attributeEnd.startOf(i);
            int to = attributeEnd.index(i);
            List<Attribute> attributes = from == to ? List.of() : new ArrayList<>(to - from);
            for (int j = from; j < to; j++) {
                attributes.add(new Attribute(key.get(j), value.get(j)));
            }
            list.add(new Request(specifier.get(i), PHASES[phase.index(i)], attributes));
        }
        return list;
    }

    private List<Import> imports() {
        List<Import> list = new ArrayList<>(localName.count());
        for (int i = 0; i < localName.count(); i++) {
            list.add(new Import(localName.get(i), importRequest.get(i), optional(importName, i)));
        }
        return list;
    }

    private List<Export> exports() {
        List<Export> list = new ArrayList<>(exportName.count());
        for (int i = 0; i < exportName.count(); i++) {
            list.add(new Export(exportName.get(i), optional(exportRequest, i), optional(name, i)));
        }
        return list;
    }

    private static List<Long> indices(V4Column column) {
        List<Long> list = new ArrayList<>(column.count());
        for (int i = 0; i < column.count(); i++) {
            list.add(column.get(i));
        }
        return list;
    }

    private static List<Variable> variables(V4Column names, V4Column bits) {
        List<Variable> list = new ArrayList<>(names.count());
        for (int i = 0; i < names.count(); i++) {
            list.add(new Variable(names.get(i), bits.get(i)));
        }
        return list;
    }

    private static long optional(V4Column column, int i) {
        long index = column.get(i);
        return index == V4Column.NONE ? V4Record.NONE : index;
    }

    private static BmesException fail(ErrorClass errorClass, long offset, String message) {
        return BmesException.inFile(errorClass, offset, message);
    }
}
