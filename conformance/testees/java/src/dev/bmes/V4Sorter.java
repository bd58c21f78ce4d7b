package dev.bmes;

import dev.bmes.V4Record.Attribute;
import dev.bmes.V4Record.Environment;
import dev.bmes.V4Record.Export;
import dev.bmes.V4Record.Import;
import dev.bmes.V4Record.Request;
import dev.bmes.V4Record.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The canonical order of a record of version 4: each string once, and the strings and the lists in
 * ascending order. It rejects the indices that it cannot follow; duplicates stay neighbours.
 *
 * <p>{@code Arrays.sort} of objects is a stable merge sort, so crafted names do not make it
 * quadratic.
 */
final class V4Sorter {
    private final V4Record record;

    /** The UTF-8 of the strings in ascending order, each one once. */
    private final List<byte[]> strings = new ArrayList<>();

    /** The new index of each string of the record. */
    private final int[] newString;

    private V4Sorter(V4Record record) throws BmesException {
        this.record = record;
        this.newString = sortStrings();
    }

    /** A record in canonical order, and its strings as UTF-8 instead of {@code strings()}. */
    record Sorted(V4Record record, List<byte[]> strings) {}

    static Sorted sort(V4Record record) throws BmesException {
        V4Sorter sorter = new V4Sorter(record);
        return new Sorted(sorter.sorted(), sorter.strings);
    }

    private V4Record sorted() throws BmesException {
        List<Request> requests = new ArrayList<>(record.requests().size());
        for (Request request : record.requests()) {
            requests.add(
                    new Request(
                            string(request.specifier()),
                            request.phase(),
                            attributes(request.attributes())));
        }
        List<Import> imports = new ArrayList<>(record.imports().size());
        for (Import entry : record.imports()) {
            imports.add(
                    new Import(
                            string(entry.localName()),
                            request(entry.request()),
                            stringOrNone(entry.importName())));
        }
        List<Long> tolerantImports = sortImports(imports);
        List<Export> exports = new ArrayList<>(record.exports().size());
        for (Export entry : record.exports()) {
            long request = entry.request();
            exports.add(
                    new Export(
                            string(entry.exportName()),
                            request == V4Record.NONE ? request : request(request),
                            stringOrNone(entry.name())));
        }
        exports.sort(Comparator.comparingLong(Export::exportName));
        List<Long> starExports = new ArrayList<>(record.starExports().size());
        for (long request : record.starExports()) {
            starExports.add(request(request));
        }
        starExports.sort(Comparator.naturalOrder());
        return new V4Record(
                record.flags(),
                record.alignment(),
                record.producer(),
                record.source(),
                List.of(),
                requests,
                imports,
                exports,
                tolerantImports,
                starExports,
                record.environment() == null ? null : environment(record.environment()));
    }

    /** Fills {@code strings}, and returns the new index of each string of the record. */
    private int[] sortStrings() throws BmesException {
        int count = record.strings().size();
        byte[][] utf8 = new byte[count][];
        Integer[] order = new Integer[count];
        for (int i = 0; i < count; i++) {
            utf8[i] = Utf8.encode(record.strings().get(i));
            order[i] = i;
        }
        Arrays.sort(order, (a, b) -> Arrays.compareUnsigned(utf8[a], utf8[b]));
        int[] newIndex = new int[count];
        byte[] last = null;
        for (int i : order) {
            if (last == null || !Arrays.equals(last, utf8[i])) {
                last = utf8[i];
                strings.add(last);
            }
            newIndex[i] = strings.size() - 1;
        }
        return newIndex;
    }

    /** Sorts the imports, and returns the sorted new indices of the tolerant imports. */
    private List<Long> sortImports(List<Import> imports) throws BmesException {
        int count = imports.size();
        Import[] unsorted = imports.toArray(new Import[0]);
        Integer[] order = new Integer[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        Arrays.sort(order, Comparator.comparingLong(i -> unsorted[i].localName()));
        long[] newIndex = new long[count];
        for (int i = 0; i < count; i++) {
            imports.set(i, unsorted[order[i]]);
            newIndex[order[i]] = i;
        }
        List<Long> tolerant = new ArrayList<>(record.tolerantImports().size());
        for (long index : record.tolerantImports()) {
            tolerant.add(newIndex[checked(index, count)]);
        }
        tolerant.sort(Comparator.naturalOrder());
        return tolerant;
    }

    private List<Attribute> attributes(List<Attribute> attributes) throws BmesException {
        if (attributes.isEmpty()) {
            return attributes;
        }
        List<Attribute> sorted = new ArrayList<>(attributes.size());
        for (Attribute attribute : attributes) {
            sorted.add(new Attribute(string(attribute.key()), string(attribute.value())));
        }
        sorted.sort(Comparator.comparingLong(Attribute::key));
        return sorted;
    }

    private Environment environment(Environment environment) throws BmesException {
        return new Environment(
                variables(environment.declaredVariables()),
                variables(environment.lexicalVariables()),
                environment.codeFeatures(),
                environment.lexicalFeatures());
    }

    private List<Variable> variables(List<Variable> variables) throws BmesException {
        List<Variable> sorted = new ArrayList<>(variables.size());
        for (Variable variable : variables) {
            sorted.add(new Variable(string(variable.name()), variable.bits()));
        }
        sorted.sort(Comparator.comparingLong(Variable::name));
        return sorted;
    }

    private long string(long index) throws BmesException {
        return newString[checked(index, newString.length)];
    }

    private long stringOrNone(long index) throws BmesException {
        return index == V4Record.NONE ? index : string(index);
    }

    private long request(long index) throws BmesException {
        return checked(index, record.requests().size());
    }

    private static int checked(long index, int count) throws BmesException {
        if (index < 0 || index >= count) {
            throw BmesException.inRecord(ErrorClass.BAD_INDEX, "an index without an entry");
        }
        return (int) index;
    }
}
