package dev.bmes;

import dev.bmes.ModuleRecord.Attribute;
import dev.bmes.ModuleRecord.EngineData;
import dev.bmes.ModuleRecord.Export;
import dev.bmes.ModuleRecord.ExportType;
import dev.bmes.ModuleRecord.Import;
import dev.bmes.ModuleRecord.ImportType;
import dev.bmes.ModuleRecord.Request;
import dev.bmes.ModuleRecord.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A reader of one file of versions 1 to 3. It reads the file once, from front to back. */
final class ModuleReader {
    private static final int SMALLEST_REQUEST = 8;
    private static final int SMALLEST_ATTRIBUTE = 8;
    private static final int SMALLEST_IMPORT = 16;
    private static final int SMALLEST_EXPORT = 20;
    private static final int SMALLEST_STAR_EXPORT = 4;
    private static final int SMALLEST_VARIABLE = 8;

    private static final ImportType[] IMPORT_TYPES = ImportType.values();
    private static final ExportType[] EXPORT_TYPES = ExportType.values();

    private final byte[] file;

    /** The offset of the next byte to read; never greater than {@code end}. */
    private int at;

    /** Where the "bytes left" end: the end of the file or, in versions 2 and 3, bytecode_offset. */
    private int end;

    private int[] entryStarts = new int[16];
    private int entryCount;

    ModuleReader(byte[] file) {
        this.file = file;
        this.end = file.length;
    }

    /**
     * Returns the offset of each entry in the order of the file: requests, imports, exports, star
     * exports, declared variables and lexical variables.
     */
    int[] entryStarts() {
        return entryStarts;
    }

    ModuleFile read() throws BmesException {
        int version = Bmes.identify(file);
        if (version > 3) {
            throw fail(ErrorClass.UNSUPPORTED_VERSION, 4, "not a file of versions 1 to 3");
        }
        at = 8;
        Range bytecode = version == 1 ? null : header(version);

        List<Request> requests = requests();
        List<Import> imports = imports();
        List<Export> exports = exports();
        List<String> starExports = starExports();
        EngineData engineData = null;
        if (version == 3) {
            List<Variable> declared = variables();
            List<Variable> lexical = variables();
            engineData = new EngineData(declared, lexical, u32());
        }

        if (version == 1) {
            bytecode = bytecode();
        } else {
            padding();
        }
        return new ModuleFile(
                new ModuleRecord(version, requests, imports, exports, starExports, engineData),
                bytecode);
    }

    /** Reads the second half of the header of versions 2 and 3, and sets {@code end}. */
    private Range header(int version) throws BmesException {
        long offset = u32();
        long size = u32();
        if (offset < 16) {
            throw fail(ErrorClass.BAD_LAYOUT, 8, "the bytecode begins in the header");
        }
        if (version == 3 && offset % 8 != 0) {
            throw fail(ErrorClass.BAD_LAYOUT, 8, "bytecode_offset is not a multiple of 8");
        }
        if (offset > file.length) {
            throw fail(ErrorClass.TRUNCATED, 8, "bytecode_offset is after the end of the file");
        }
        if (offset + size > file.length) {
            throw fail(ErrorClass.TRUNCATED, 12, "the bytecode ends after the end of the file");
        }
        if (offset + size < file.length) {
            throw fail(ErrorClass.TRAILING_BYTES, 12, "bytes follow the bytecode");
        }
        end = (int) offset;
        return new Range(offset, size);
    }

    private List<Request> requests() throws BmesException {
        int count = count(SMALLEST_REQUEST);
        List<Request> requests = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            beginEntry();
            String specifier = string();
            requests.add(new Request(specifier, attributes()));
        }
        return requests;
    }

    private List<Attribute> attributes() throws BmesException {
        int start = at;
        long hasAttributes = u32();
        if (hasAttributes > 1) {
            throw fail(ErrorClass.BAD_FLAG, start, "has_attributes is neither 0 nor 1");
        }
        if (hasAttributes == 0) {
            return List.of();
        }
        int count = count(SMALLEST_ATTRIBUTE);
        List<Attribute> attributes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String key = string();
            attributes.add(new Attribute(key, string()));
        }
        return attributes;
    }

    private List<Import> imports() throws BmesException {
        int count = count(SMALLEST_IMPORT);
        List<Import> imports = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            beginEntry();
            ImportType type = IMPORT_TYPES[type(IMPORT_TYPES.length)];
            String moduleRequest = string();
            String importName = string();
            String localName = string();
            imports.add(new Import(type, moduleRequest, importName, localName));
        }
        return imports;
    }

    private List<Export> exports() throws BmesException {
        int count = count(SMALLEST_EXPORT);
        List<Export> exports = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            beginEntry();
            ExportType type = EXPORT_TYPES[type(EXPORT_TYPES.length)];
            String exportName = string();
            String moduleName = string();
            String importName = string();
            String localName = string();
            exports.add(new Export(type, exportName, moduleName, importName, localName));
        }
        return exports;
    }

    private List<String> starExports() throws BmesException {
        int count = count(SMALLEST_STAR_EXPORT);
        List<String> starExports = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            beginEntry();
            starExports.add(string());
        }
        return starExports;
    }

    private List<Variable> variables() throws BmesException {
        int count = count(SMALLEST_VARIABLE);
        List<Variable> variables = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            beginEntry();
            String name = string();
            variables.add(new Variable(name, u32()));
        }
        return variables;
    }

    /** Reads the bytecode of version 1, which ends the file. */
    private Range bytecode() throws BmesException {
        int start = at;
        long size = u32();
        if (size > left()) {
            throw fail(ErrorClass.TRUNCATED, start, "bytecode_size is more than the bytes left");
        }
        if (size < left()) {
            throw fail(ErrorClass.TRAILING_BYTES, at + size, "bytes follow the bytecode");
        }
        return new Range(at, size);
    }

    private void padding() throws BmesException {
        if (left() > 7) {
            throw fail(ErrorClass.BAD_LAYOUT, 8, "more than seven bytes of padding");
        }
        for (; at < end; at++) {
            if (file[at] != 0) {
                throw fail(ErrorClass.BAD_LAYOUT, at, "a byte of the padding is not zero");
            }
        }
    }

    private int left() {
        return end - at;
    }

    private long u32() throws BmesException {
        if (left() < 4) {
            throw fail(ErrorClass.TRUNCATED, at, "fewer than four bytes are left");
        }
        long value = U32.get(file, at);
        at += 4;
        return value;
    }

    private String string() throws BmesException {
        int start = at;
        long length = u32();
        if (length > left()) {
            throw fail(ErrorClass.TRUNCATED, start, "a string is longer than the bytes left");
        }
        int from = at;
        at += (int) length;
        int invalid = Utf8.firstInvalid(file, from, at);
        if (invalid >= 0) {
            throw fail(ErrorClass.BAD_UTF8, invalid, "a string is not UTF-8");
        }
        return Utf8.decode(file, from, at);
    }

    /** Reads a count. After this check, memory for all entries is at most a multiple of left(). */
    private int count(int smallestEntry) throws BmesException {
        int start = at;
        long count = u32();
        if (count * smallestEntry > left()) {
            throw fail(ErrorClass.TRUNCATED, start, "a count of more entries than can follow");
        }
        return (int) count;
    }

    private int type(int types) throws BmesException {
        int start = at;
        long type = u32();
        if (type >= types) {
            throw fail(ErrorClass.BAD_TYPE, start, "an unknown type of an entry");
        }
        return (int) type;
    }

    private void beginEntry() {
        if (entryCount == entryStarts.length) {
            entryStarts = Arrays.copyOf(entryStarts, entryCount * 2);
        }
        entryStarts[entryCount++] = at;
    }

    private static BmesException fail(ErrorClass errorClass, long offset, String message) {
        return BmesException.inFile(errorClass, offset, message);
    }
}
