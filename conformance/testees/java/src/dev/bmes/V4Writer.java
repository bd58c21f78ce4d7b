package dev.bmes;

import dev.bmes.V4Record.Attribute;
import dev.bmes.V4Record.Environment;
import dev.bmes.V4Record.Export;
import dev.bmes.V4Record.Import;
import dev.bmes.V4Record.Request;
import dev.bmes.V4Record.Variable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * A writer of one file of version 4. It sorts the record, writes the file, and checks the file: a
 * fault of the record has the same class in the file (v4-writer-no-repair).
 */
final class V4Writer {
    private final V4Record record;
    private final List<byte[]> strings;
    private final Output out = new Output();

    private V4Writer(V4Sorter.Sorted sorted) {
        record = sorted.record();
        strings = sorted.strings();
    }

    static byte[] write(V4Record record, byte[] text, byte[] bytecode) throws BmesException {
        // The alignment decides positions, so it has to be right before the writer uses it.
        if (!V4Header.isAlignment(record.alignment())) {
            throw BmesException.inRecord(ErrorClass.BAD_LAYOUT, "an alignment that is not allowed");
        }
        byte[] file = new V4Writer(V4Sorter.sort(record)).writeFile(text, bytecode);
        try {
            V4Checker.checkFile(file);
        } catch (BmesException e) {
            // The offset is that of a file that the caller never gets.
            throw BmesException.inRecord(e.errorClass(), e.getMessage());
        }
        return file;
    }

    private byte[] writeFile(byte[] text, byte[] bytecode) throws BmesException {
        header(text, bytecode);
        metadata();
        int metadataEnd = out.length();
        out.align(8);
        out.append(text);
        out.align((int) record.alignment());
        out.append(bytecode);

        byte[] file = out.toArray();
        U32.put(file, V4Header.METADATA_SIZE_AT, metadataEnd - V4Header.SIZE);
        U32.put(file, V4Header.METADATA_CRC_AT, V4Header.crc(file, V4Header.SIZE, metadataEnd));
        // The CRC-32 of no bytes is 0, so the checksum of an absent part is 0 (v4-absent-crc).
        U32.put(file, V4Header.TEXT_CRC_AT, V4Header.crc(text, 0, text.length));
        U32.put(file, V4Header.BYTECODE_CRC_AT, V4Header.crc(bytecode, 0, bytecode.length));
        U32.put(file, V4Header.HEADER_CRC_AT, V4Header.crc(file, 0, V4Header.HEADER_CRC_AT));
        return file;
    }

    /** Writes the header, with zeros for the fields that depend on what follows. */
    private void header(byte[] text, byte[] bytecode) throws BmesException {
        out.u32(Bmes.MAGIC);
        out.u32(4);
        out.u32(flags());
        out.u32(record.alignment());
        out.u32(0);
        out.u32(record.source().size());
        out.u32(text.length);
        out.u32(bytecode.length);
        out.append(record.producer().toBytes());
        out.append(record.source().digest().toBytes());
        out.append(new byte[V4Header.SIZE - V4Header.METADATA_CRC_AT]);
    }

    private int flags() {
        return (record.environment() != null ? V4Header.FLAG_ENVIRONMENT : 0)
                | (record.flags().topLevelAwait() ? V4Header.FLAG_TOP_LEVEL_AWAIT : 0)
                | (record.flags().importMeta() ? V4Header.FLAG_IMPORT_META : 0)
                | (record.flags().typescript() ? V4Header.FLAG_TYPESCRIPT : 0);
    }

    private void metadata() throws BmesException {
        Environment environment =
                record.environment() != null
                        ? record.environment()
                        : new Environment(List.of(), List.of(), 0, 0);
        counts(environment);
        stringEnds();
        requests();
        for (Import entry : record.imports()) {
            out.u32(entry.localName());
        }
        for (Import entry : record.imports()) {
            out.u32(entry.request());
        }
        for (Import entry : record.imports()) {
            indexOrNone(entry.importName());
        }
        for (long index : record.tolerantImports()) {
            out.u32(index);
        }
        for (Export entry : record.exports()) {
            out.u32(entry.exportName());
        }
        for (Export entry : record.exports()) {
            indexOrNone(entry.request());
        }
        for (Export entry : record.exports()) {
            indexOrNone(entry.name());
        }
        for (long index : record.starExports()) {
            out.u32(index);
        }
        variables(environment.declaredVariables());
        variables(environment.lexicalVariables());
        for (byte[] string : strings) {
            out.append(string);
        }
    }

    private void counts(Environment environment) throws BmesException {
        long stringBytes = 0;
        for (byte[] string : strings) {
            stringBytes += string.length;
        }
        long attributes = 0;
        for (Request request : record.requests()) {
            attributes += request.attributes().size();
        }
        out.u32(strings.size());
        out.u32(stringBytes);
        out.u32(record.requests().size());
        out.u32(attributes);
        out.u32(record.imports().size());
        out.u32(record.exports().size());
        out.u32(record.starExports().size());
        out.u32(environment.declaredVariables().size());
        out.u32(environment.lexicalVariables().size());
        out.u32(environment.codeFeatures());
        out.u32(environment.lexicalFeatures());
        out.u32(record.tolerantImports().size());
    }

    private void stringEnds() throws BmesException {
        long end = 0;
        for (byte[] string : strings) {
            end += string.length;
            out.u32(end);
        }
    }

    private void requests() throws BmesException {
        for (Request request : record.requests()) {
            out.u32(request.specifier());
        }
        for (Request request : record.requests()) {
            out.u32(request.phase().ordinal());
        }
        long end = 0;
        for (Request request : record.requests()) {
            end += request.attributes().size();
            out.u32(end);
        }
        for (int index : requestOrder()) {
            out.u32(index);
        }
        for (Request request : record.requests()) {
            for (Attribute attribute : request.attributes()) {
                out.u32(attribute.key());
            }
        }
        for (Request request : record.requests()) {
            for (Attribute attribute : request.attributes()) {
                out.u32(attribute.value());
            }
        }
    }

    /** Returns the indices of the requests in the order of v4-requests-ascend. */
    private Integer[] requestOrder() {
        List<Request> requests = record.requests();
        Integer[] order = new Integer[requests.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        Comparator<Request> byContent =
                Comparator.comparingLong(Request::specifier)
                        .thenComparing(Request::phase)
                        .thenComparing(Request::attributes, V4Writer::compareAttributes);
        Arrays.sort(order, (a, b) -> byContent.compare(requests.get(a), requests.get(b)));
        return order;
    }

    private static int compareAttributes(List<Attribute> a, List<Attribute> b) {
        Iterator<Attribute> others = b.iterator();
        for (Attribute attribute : a) {
            if (!others.hasNext()) {
                return 1;
            }
            Attribute other = others.next();
            int order = Long.compare(attribute.key(), other.key());
            if (order == 0) {
                order = Long.compare(attribute.value(), other.value());
            }
            if (order != 0) {
                return order;
            }
        }
        return others.hasNext() ? -1 : 0;
    }

    private void variables(List<Variable> variables) throws BmesException {
        for (Variable variable : variables) {
            out.u32(variable.name());
        }
        for (Variable variable : variables) {
            out.u32(variable.bits());
        }
    }

    private void indexOrNone(long index) throws BmesException {
        out.u32(index == V4Record.NONE ? V4Column.NONE : index);
    }
}
