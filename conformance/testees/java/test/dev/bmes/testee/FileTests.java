package dev.bmes.testee;

import dev.bmes.Bmes;
import dev.bmes.BmesException;
import dev.bmes.Digest;
import dev.bmes.ErrorClass;
import dev.bmes.GivenSource;
import dev.bmes.ModuleFile;
import dev.bmes.ModuleRecord;
import dev.bmes.ModuleRecord.Attribute;
import dev.bmes.ModuleRecord.EngineData;
import dev.bmes.ModuleRecord.Export;
import dev.bmes.ModuleRecord.ExportType;
import dev.bmes.ModuleRecord.Import;
import dev.bmes.ModuleRecord.ImportType;
import dev.bmes.ModuleRecord.Request;
import dev.bmes.ModuleRecord.Variable;
import dev.bmes.V4File;
import dev.bmes.V4Record;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/** Tests of damaged files, of unusual records and of hostile names. */
final class FileTests {
    private static final byte[] CODE = {1, 2, 3};

    private FileTests() {}

    static void run(Suite suite) {
        for (int version = 1; version <= 3; version++) {
            byte[] file = moduleFile(version);
            suite.test("file/prefixes of version " + version, () -> prefixes(file));
            suite.test(
                    "file/trailing byte of version " + version,
                    () ->
                            Suite.rejects(
                                    ErrorClass.TRAILING_BYTES,
                                    file[4] == 1 ? file.length : 12,
                                    () -> Bmes.decode(Arrays.copyOf(file, file.length + 1))));
        }
        suite.test("file/prefixes of version 4", () -> prefixes(v4File()));
        suite.test("file/bits of version 4", FileTests::flipBits);
        suite.test("file/eight bytes of padding", FileTests::paddingOfEight);
        suite.test("file/size of 4 GiB in version 4", FileTests::sizeOfFourGiB);
        suite.test("file/order of attributes in version 4", FileTests::v4Attributes);
        suite.test("file/order of requests in version 4", FileTests::v4Requests);
        suite.test("file/lone surrogates", FileTests::loneSurrogates);
        suite.test("file/numbers that do not fit", FileTests::numbers);
        suite.test("file/fields of another version", FileTests::otherVersion);
        suite.test("file/colliding names", FileTests::collidingNames);
        suite.test("file/indices of version 4", FileTests::v4Indices);
        suite.test("file/sources of version 4", FileTests::v4Sources);
    }

    private static void prefixes(byte[] file) throws Exception {
        for (int length = 0; length < file.length; length++) {
            byte[] prefix = Arrays.copyOf(file, length);
            try {
                Bmes.decode(prefix);
            } catch (BmesException e) {
                Suite.equal(ErrorClass.TRUNCATED, e.errorClass());
                continue;
            }
            throw new AssertionError("a prefix of " + length + " bytes");
        }
    }

    /** Each wrong bit is an error of an opener, a reader or a checker. */
    private static void flipBits() throws Exception {
        byte[] file = v4File();
        for (int bit = 0; bit < 8 * file.length; bit++) {
            byte[] damaged = file.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                Bmes.check(damaged);
            } catch (BmesException e) {
                continue;
            }
            throw new AssertionError("bit " + bit);
        }
    }

    /** The metadata of this file ends at byte 32. */
    private static void paddingOfEight() throws Exception {
        byte[] file = Bmes.encode(empty(2, null), new byte[0]);
        for (int padding = 0; padding <= 7; padding++) {
            Bmes.decode(withPadding(file, padding));
        }
        Suite.rejects(ErrorClass.BAD_LAYOUT, 8, () -> Bmes.decode(withPadding(file, 8)));
    }

    private static byte[] withPadding(byte[] file, int padding) {
        byte[] longer = Arrays.copyOf(file, file.length + padding);
        putNumber(longer, 8, longer.length);
        return longer;
    }

    private static void sizeOfFourGiB() throws Exception {
        byte[] file = v4File();
        long bytecodeStart = file.length - CODE.length;
        putNumber(file, 28, 0xFFFF_FFFFL - bytecodeStart);
        repairHeader(file);
        Suite.rejects(ErrorClass.TRUNCATED, 28, () -> Bmes.decode(file));
        putNumber(file, 28, 0xFFFF_FFFFL - bytecodeStart + 1);
        repairHeader(file);
        Suite.rejects(ErrorClass.BAD_LAYOUT, 28, () -> Bmes.decode(file));
        putNumber(file, 24, 0xFFFF_FFFFL);
        repairHeader(file);
        Suite.rejects(ErrorClass.BAD_LAYOUT, 28, () -> Bmes.decode(file));
    }

    private static void v4Attributes() throws Exception {
        V4Record.Attribute first = new V4Record.Attribute(0, 1);
        V4Record.Attribute second = new V4Record.Attribute(1, 0);
        byte[] file = Bmes.encode(withAttributes(List.of(second, first)), CODE, CODE);
        V4File decoded = (V4File) Bmes.decode(file);
        Suite.equal(
                List.of(first, second), decoded.record().requests().get(0).attributes());
        Suite.rejects(
                ErrorClass.BAD_ORDER,
                -1,
                () -> Bmes.encode(withAttributes(List.of(first, second, first)), CODE, CODE));
    }

    /** Requests for one specifier that differ in the phase, or in the number of attributes. */
    private static void v4Requests() throws Exception {
        V4Record.Attribute first = new V4Record.Attribute(0, 1);
        V4Record.Attribute second = new V4Record.Attribute(1, 0);
        V4Record.Phase evaluation = V4Record.Phase.EVALUATION;
        List<V4Record.Request> requests =
                List.of(
                        new V4Record.Request(0, V4Record.Phase.DEFER, List.of()),
                        new V4Record.Request(0, evaluation, List.of(first, second)),
                        new V4Record.Request(0, V4Record.Phase.SOURCE, List.of(first)),
                        new V4Record.Request(0, evaluation, List.of(first)),
                        new V4Record.Request(0, evaluation, List.of()));
        V4File decoded = (V4File) Bmes.decode(Bmes.encode(withRequests(requests), CODE, CODE));
        Suite.equal(requests, decoded.record().requests());
        List<V4Record.Request> equal = new ArrayList<>(requests);
        equal.add(new V4Record.Request(0, evaluation, List.of(second, first)));
        Suite.rejects(
                ErrorClass.BAD_ORDER, -1, () -> Bmes.encode(withRequests(equal), CODE, CODE));
    }

    private static V4Record withAttributes(List<V4Record.Attribute> attributes) {
        return withRequests(
                List.of(new V4Record.Request(0, V4Record.Phase.EVALUATION, attributes)));
    }

    private static V4Record withRequests(List<V4Record.Request> requests) {
        V4Record base = v4Record(0, List.of());
        return new V4Record(
                base.flags(),
                base.alignment(),
                base.producer(),
                base.source(),
                List.of("a", "b"),
                requests,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null);
    }

    private static void putNumber(byte[] file, int at, long number) {
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(at, (int) number);
    }

    private static void repairHeader(byte[] file) {
        CRC32 crc = new CRC32();
        crc.update(file, 0, 108);
        putNumber(file, 108, crc.getValue());
    }

    private static void loneSurrogates() throws Exception {
        Suite.rejects(ErrorClass.BAD_UTF8, -1, () -> Bmes.encode(withKey("\uD800"), CODE));
        Suite.rejects(ErrorClass.BAD_UTF8, -1, () -> Bmes.encode(withKey("\uDC00\uD800"), CODE));
        Suite.rejects(ErrorClass.BAD_UTF8, -1, () -> Bmes.encode(withKey("a\uDBFFb"), CODE));
        Bmes.encode(withKey("\uD83D\uDE00"), CODE);
        // writer-namespace: the writer does not write this string.
        Import namespace = new Import(ImportType.NAMESPACE, "m", "\uD800", "ns");
        ModuleRecord record =
                new ModuleRecord(
                        1,
                        List.of(new Request("m", List.of())),
                        List.of(namespace),
                        List.of(),
                        List.of(),
                        null);
        ModuleFile decoded = (ModuleFile) Bmes.decode(Bmes.encode(record, CODE));
        Suite.equal("*", decoded.record().imports().get(0).importName());
    }

    private static void numbers() throws Exception {
        for (long bits : new long[] {-1, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE}) {
            Suite.rejects(ErrorClass.TOO_LARGE, -1, () -> Bmes.encode(withBits(bits), CODE));
        }
        for (long bits : new long[] {0, 1L << 31, (1L << 32) - 1}) {
            ModuleFile decoded = (ModuleFile) Bmes.decode(Bmes.encode(withBits(bits), CODE));
            EngineData data = decoded.record().engineData();
            Suite.equal(bits, data.lexicalVariables().get(0).bits());
            Suite.equal(bits, data.codeFeatures());
        }
    }

    private static void otherVersion() throws Exception {
        EngineData data = new EngineData(List.of(), List.of(), 0);
        for (long version : new long[] {-1, 0, 4, 5, 1L << 32}) {
            ModuleRecord record = empty(version, null);
            Suite.rejects(
                    ErrorClass.UNSUPPORTED_VERSION, -1, () -> Bmes.encode(record, CODE));
        }
        Suite.rejects(
                ErrorClass.UNSUPPORTED_VERSION, -1, () -> Bmes.encode(empty(2, data), CODE));
        Suite.rejects(
                ErrorClass.UNSUPPORTED_VERSION, -1, () -> Bmes.encode(empty(3, null), CODE));
    }

    /** 2^15 names with one hash. Comparing all pairs would take minutes. */
    private static void collidingNames() throws Exception {
        List<Variable> variables = new ArrayList<>();
        List<Request> requests = new ArrayList<>();
        List<String> starExports = new ArrayList<>();
        for (int i = 0; i < 1 << 15; i++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 15; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            Suite.equal(i == 0 ? name.toString().hashCode() : variables.get(0).name().hashCode(),
                    name.toString().hashCode());
            variables.add(new Variable(name.toString(), 0));
            Attribute attribute = new Attribute("type", name.toString());
            requests.add(new Request("m", List.of(attribute)));
            requests.add(new Request(name.toString(), List.of()));
            starExports.add(name.toString());
        }
        EngineData data = new EngineData(variables, variables, 0);
        Bmes.check(
                Bmes.encode(
                        new ModuleRecord(3, requests, List.of(), List.of(), starExports, data),
                        CODE));
    }

    private static void v4Indices() throws Exception {
        for (long index : new long[] {-1, 1, (1L << 32) - 1, Long.MAX_VALUE, V4Record.NONE}) {
            V4Record record = v4Record(0, List.of(new V4Record.Import(index, 0, 0)));
            Suite.rejects(
                    ErrorClass.BAD_INDEX, -1, () -> Bmes.encode(record, new byte[0], CODE));
        }
    }

    private static void v4Sources() throws Exception {
        for (long size : new long[] {1L << 32, (1L << 53) - 1, -1}) {
            V4Record record = v4Record(size, List.of());
            Suite.rejects(
                    ErrorClass.TOO_LARGE, -1, () -> Bmes.encode(record, new byte[0], CODE));
        }
        V4Record record = v4Record((1L << 32) - 1, List.of());
        byte[] file = Bmes.encode(record, new byte[0], CODE);
        Digest producer = record.producer();
        Bmes.match(file, producer, GivenSource.TRUSTED);
        Bmes.match(file, producer, GivenSource.of(record.source()));
        // The low 32 bits of this size are those of source_size.
        V4Record.Source longer =
                new V4Record.Source((1L << 33) - 1, record.source().digest());
        Suite.rejects(
                ErrorClass.STALE_SOURCE,
                20,
                () -> Bmes.match(file, producer, GivenSource.of(longer)));
        Suite.rejects(
                ErrorClass.STALE_SOURCE,
                24,
                () -> Bmes.match(file, producer, GivenSource.EMBEDDED_TEXT));
        Suite.rejects(
                ErrorClass.STALE_SOURCE,
                64,
                () -> Bmes.match(file, producer, GivenSource.NOTHING));
        Suite.rejects(
                ErrorClass.OTHER_PRODUCER,
                32,
                () -> Bmes.match(file, record.source().digest(), GivenSource.TRUSTED));
        Suite.rejects(
                ErrorClass.UNSUPPORTED_VERSION,
                4,
                () -> Bmes.match(moduleFile(3), producer, GivenSource.TRUSTED));
    }

    static Digest digest(int first) {
        byte[] bytes = new byte[Digest.LENGTH];
        bytes[0] = (byte) first;
        return Digest.of(bytes);
    }

    private static V4Record v4Record(long sourceSize, List<V4Record.Import> imports) {
        return new V4Record(
                new V4Record.Flags(true, false, true),
                16,
                digest(1),
                new V4Record.Source(sourceSize, digest(2)),
                List.of("m"),
                List.of(new V4Record.Request(0, V4Record.Phase.EVALUATION, List.of())),
                imports,
                List.of(),
                List.of(),
                List.of(0L),
                null);
    }

    private static byte[] v4File() {
        try {
            V4Record record = v4Record(7, List.of(new V4Record.Import(0, 0, 0)));
            return Bmes.encode(record, new byte[] {65}, CODE);
        } catch (BmesException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] moduleFile(int version) {
        EngineData data =
                new EngineData(List.of(), List.of(new Variable("x", 1L << 31)), (1L << 32) - 1);
        Request request = new Request("m", List.of(new Attribute("type", "json")));
        Import entry = new Import(ImportType.SINGLE, "m", "", "\u0000");
        Export export = new Export(ExportType.NAMESPACE, "\uFEFF", "m", "", "");
        ModuleRecord record =
                new ModuleRecord(
                        version,
                        List.of(request),
                        List.of(entry),
                        List.of(export),
                        List.of("m"),
                        version == 3 ? data : null);
        try {
            return Bmes.encode(record, CODE);
        } catch (BmesException e) {
            throw new AssertionError(e);
        }
    }

    private static ModuleRecord empty(long version, EngineData data) {
        return new ModuleRecord(version, List.of(), List.of(), List.of(), List.of(), data);
    }

    private static ModuleRecord withKey(String key) {
        Request request = new Request("m", List.of(new Attribute(key, "v")));
        return new ModuleRecord(
                1, List.of(request), List.of(), List.of(), List.of(), null);
    }

    private static ModuleRecord withBits(long bits) {
        return empty(3, new EngineData(List.of(), List.of(new Variable("", bits)), bits));
    }
}
