package dev.bmes.testee;

import dev.bmes.Bmes;
import dev.bmes.BmesException;
import dev.bmes.ModuleFile;
import dev.bmes.ModuleRecord;
import dev.bmes.ModuleRecord.EngineData;
import dev.bmes.V4File;
import dev.bmes.V4Record;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** Tests of the laws (sections 7.2 and 8.2) with random records. */
final class LawTests {
    private static final int RECORDS = 2000;
    private static final String[] NAMES = {
        "", "a", "b", "A", "ab", "\u0000", "\uFEFF", "\u00E9", "e\u0301", "\uFF5A", "\uFFFF",
        "\uD800\uDC00", "\uD83D\uDE00", "*", "__proto__", "AaAa", "BBBB"
    };

    private final Random random;

    private LawTests(long seed) {
        random = new Random(seed);
    }

    static void run(Suite suite) {
        suite.test("laws/versions 1 to 3", () -> {
            int accepted = 0;
            for (int seed = 0; seed < RECORDS; seed++) {
                accepted += new LawTests(seed).moduleLaw() ? 1 : 0;
            }
            Suite.equal(true, accepted > RECORDS / 4);
        });
        suite.test("laws/version 4", () -> {
            int accepted = 0;
            for (int seed = 0; seed < RECORDS; seed++) {
                accepted += new LawTests(seed).v4Law() ? 1 : 0;
            }
            Suite.equal(true, accepted > RECORDS / 4);
        });
    }

    /** Returns whether the writer accepts the record; a reader then reports canonical(record). */
    private boolean moduleLaw() throws BmesException {
        ModuleRecord record = moduleRecord();
        byte[] bytecode = bytes();
        byte[] file;
        try {
            file = Bmes.encode(record, bytecode);
        } catch (BmesException e) {
            return false;
        }
        Bmes.check(file);
        ModuleFile decoded = (ModuleFile) Bmes.decode(file);
        Suite.equal(canonical(record), decoded.record());
        Suite.equal((long) bytecode.length, decoded.bytecode().length());
        Suite.equal((long) file.length, decoded.bytecode().offset() + bytecode.length);
        Suite.equal(true, Arrays.equals(file, Bmes.encode(decoded.record(), bytecode)));
        return true;
    }

    private ModuleRecord moduleRecord() {
        int version = 1 + random.nextInt(3);
        List<ModuleRecord.Request> requests = new ArrayList<>();
        List<ModuleRecord.Import> imports = new ArrayList<>();
        List<ModuleRecord.Export> exports = new ArrayList<>();
        List<String> starExports = new ArrayList<>();
        for (String specifier : names()) {
            List<ModuleRecord.Attribute> attributes = new ArrayList<>();
            for (String key : names()) {
                attributes.add(new ModuleRecord.Attribute(key, name()));
            }
            requests.add(new ModuleRecord.Request(specifier, attributes));
            if (random.nextBoolean()) {
                starExports.add(specifier);
            }
        }
        if (!requests.isEmpty()) {
            String specifier = requests.get(0).specifier();
            for (String localName : names()) {
                ModuleRecord.ImportType type = pick(ModuleRecord.ImportType.values());
                imports.add(new ModuleRecord.Import(type, specifier, name(), localName + "x"));
            }
            for (String exportName : names()) {
                ModuleRecord.ExportType type = pick(ModuleRecord.ExportType.values());
                boolean isLocal = type == ModuleRecord.ExportType.LOCAL;
                boolean isIndirect = type == ModuleRecord.ExportType.INDIRECT;
                exports.add(
                        new ModuleRecord.Export(
                                type,
                                exportName,
                                isLocal ? "" : specifier,
                                isIndirect ? name() : "",
                                isLocal ? name() + "x" : ""));
            }
        }
        EngineData data =
                version == 3
                        ? new EngineData(moduleVariables(), moduleVariables(), word())
                        : null;
        return new ModuleRecord(version, requests, imports, exports, starExports, data);
    }

    private List<ModuleRecord.Variable> moduleVariables() {
        List<ModuleRecord.Variable> variables = new ArrayList<>();
        for (String name : names()) {
            variables.add(new ModuleRecord.Variable(name, word()));
        }
        return variables;
    }

    private static ModuleRecord canonical(ModuleRecord record) {
        List<ModuleRecord.Request> requests = new ArrayList<>();
        for (ModuleRecord.Request request : record.requests()) {
            List<ModuleRecord.Attribute> attributes = new ArrayList<>(request.attributes());
            attributes.sort((a, b) -> Arrays.compareUnsigned(utf8(a.key()), utf8(b.key())));
            requests.add(new ModuleRecord.Request(request.specifier(), attributes));
        }
        List<ModuleRecord.Import> imports = new ArrayList<>();
        for (ModuleRecord.Import entry : record.imports()) {
            boolean isNamespace = entry.type() == ModuleRecord.ImportType.NAMESPACE;
            imports.add(
                    new ModuleRecord.Import(
                            entry.type(),
                            entry.moduleRequest(),
                            isNamespace ? "*" : entry.importName(),
                            entry.localName()));
        }
        return new ModuleRecord(
                record.version(),
                requests,
                imports,
                record.exports(),
                record.starExports(),
                record.engineData());
    }

    /**
     * Returns whether the writer accepts the record. A shuffled record gives the same file, and a
     * writer makes the same file from the record that a reader reports.
     */
    private boolean v4Law() throws BmesException {
        V4Record record = v4Record();
        byte[] text = bytes();
        byte[] bytecode = {1};
        byte[] file;
        try {
            file = Bmes.encode(record, text, bytecode);
        } catch (BmesException e) {
            return false;
        }
        Bmes.check(file);
        V4File decoded = (V4File) Bmes.decode(file);
        Suite.equal(true, Arrays.equals(file, Bmes.encode(decoded.record(), text, bytecode)));
        Suite.equal(text.length == 0, decoded.text() == null);
        Suite.equal(record.requests().size(), decoded.record().requests().size());
        Suite.equal(namesOf(record), namesOf(decoded.record()));
        List<String> strings = decoded.record().strings();
        for (int i = 1; i < strings.size(); i++) {
            int order = Arrays.compareUnsigned(utf8(strings.get(i - 1)), utf8(strings.get(i)));
            Suite.equal(true, order < 0);
        }
        return true;
    }

    /** Returns the exports of a record by name, and its requests in their order. */
    private static String namesOf(V4Record record) {
        List<String> strings = record.strings();
        TreeMap<String, String> exports = new TreeMap<>();
        for (V4Record.Export entry : record.exports()) {
            exports.put(
                    strings.get((int) entry.exportName()),
                    entry.name() == V4Record.NONE ? "none" : strings.get((int) entry.name()));
        }
        StringBuilder names = new StringBuilder(exports.toString());
        for (V4Record.Request request : record.requests()) {
            names.append(strings.get((int) request.specifier())).append(request.phase());
        }
        return names.toString();
    }

    private V4Record v4Record() {
        List<String> strings = new ArrayList<>();
        List<V4Record.Request> requests = new ArrayList<>();
        List<V4Record.Import> imports = new ArrayList<>();
        List<V4Record.Export> exports = new ArrayList<>();
        List<Long> tolerantImports = new ArrayList<>();
        requests.add(
                new V4Record.Request(add(strings, "m"), V4Record.Phase.EVALUATION, List.of()));
        for (String specifier : names()) {
            List<V4Record.Attribute> attributes = new ArrayList<>();
            for (String key : names()) {
                attributes.add(new V4Record.Attribute(add(strings, key), add(strings, name())));
            }
            V4Record.Phase phase = pick(V4Record.Phase.values());
            requests.add(new V4Record.Request(add(strings, specifier), phase, attributes));
        }
        for (String localName : names()) {
            if (random.nextBoolean()) {
                tolerantImports.add((long) imports.size());
            }
            imports.add(
                    new V4Record.Import(
                            add(strings, localName + "x"), 0, add(strings, name())));
        }
        for (String exportName : names()) {
            boolean isLocal = random.nextBoolean();
            exports.add(
                    new V4Record.Export(
                            add(strings, exportName),
                            isLocal ? V4Record.NONE : 0,
                            isLocal ? add(strings, name() + "y") : V4Record.NONE));
        }
        Collections.shuffle(tolerantImports, random);
        V4Record.Environment environment =
                random.nextBoolean()
                        ? null
                        : new V4Record.Environment(
                                v4Variables(strings), v4Variables(strings), word(), word());
        return new V4Record(
                new V4Record.Flags(random.nextBoolean(), random.nextBoolean(), true),
                8 << random.nextInt(5),
                FileTests.digest(3),
                new V4Record.Source(word(), FileTests.digest(4)),
                strings,
                requests,
                imports,
                exports,
                tolerantImports,
                List.of(0L),
                environment);
    }

    private List<V4Record.Variable> v4Variables(List<String> strings) {
        List<V4Record.Variable> variables = new ArrayList<>();
        for (String name : names()) {
            variables.add(new V4Record.Variable(add(strings, name), word()));
        }
        return variables;
    }

    /** Appends a string, also if the list has it, and returns its index. */
    private static long add(List<String> strings, String string) {
        strings.add(string);
        return strings.size() - 1;
    }

    /** Returns some names in random order; few records have a name twice. */
    private List<String> names() {
        List<String> names = new ArrayList<>();
        int count = Math.max(0, random.nextInt(6) - 2);
        for (int i = 0; i < count; i++) {
            String name = name();
            if (!names.contains(name) || random.nextInt(50) == 0) {
                names.add(name);
            }
        }
        return names;
    }

    private String name() {
        return pick(NAMES);
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private long word() {
        return Integer.toUnsignedLong(random.nextInt());
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(4) * random.nextInt(8)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
