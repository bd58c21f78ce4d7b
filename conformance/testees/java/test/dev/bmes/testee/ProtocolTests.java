package dev.bmes.testee;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Tests of the protocol: lines, ids, faults, one-shot mode. */
final class ProtocolTests {
    private static final String SMALLEST =
            "53454d42010000000000000000000000000000000000000000000000";
    private static final String RECORD =
            "{\"version\":1,\"requests\":[],\"imports\":[],\"exports\":[],\"star_exports\":[]}";

    private ProtocolTests() {}

    static void run(Suite suite) {
        suite.test("protocol/hello", () -> {
            String expected = "{\"id\":0,\"ok\":{\"protocol\":1,";
            starts(expected, "{\"id\":0,\"op\":\"hello\",\"protocol\":1}");
            starts(expected, "{\"id\":0,\"op\":\"hello\",\"protocol\":2}");
        });
        suite.test("protocol/requests that cannot be read", () -> {
            for (String line : new String[] {
                "", " ", "[]", "1", "{", "{}", "{\"op\":\"bye\"}", "{\"id\":1,\"op\":\"bye\"} {}",
                "{\"id\":1.0,\"op\":\"bye\"}", "{\"id\":-1,\"op\":\"bye\"}",
                "{\"id\":9007199254740992,\"op\":\"bye\"}", "{\"id\":\"1\",\"op\":\"bye\"}",
                "{\"id\":1e2,\"op\":\"bye\"}", "{\"id\":" + "9".repeat(999) + "}",
                "\uFEFF{\"id\":1,\"op\":\"bye\"}", "{\0\"id\":1}", "{\"id\":1,\"x\":\"\t\"}",
                "{\"id\":1,\"x\":" + "[".repeat(1000) + "]".repeat(1000) + "}"
            }) {
                starts("{\"id\":null,\"fault\":", line);
            }
        });
        suite.test("protocol/bytes that are not UTF-8", () -> {
            byte[] line = "{\"id\":1,\"op\":\"x\"}\n".getBytes(StandardCharsets.UTF_8);
            line[14] = (byte) 0xFF;
            Suite.equal(true, answers(line).startsWith("{\"id\":null,\"fault\":"));
        });
        suite.test("protocol/faults with an id", () -> {
            for (String rest : new String[] {
                "", ",\"op\":1", ",\"op\":\"identify\"", ",\"op\":\"identify\",\"hex\":1",
                ",\"op\":\"identify\",\"hex\":\"5\"", ",\"op\":\"identify\",\"hex\":\"5G\"",
                ",\"op\":\"identify\",\"hex\":\"AB\"", ",\"op\":\"identify\",\"hex\":\"\\u0035\"",
                ",\"op\":\"hello\",\"protocol\":\"1\"", ",\"op\":\"encode\",\"bytecode\":\"\"",
                ",\"op\":\"encode\",\"record\":" + RECORD,
                ",\"op\":\"encode\",\"bytecode\":\"\",\"record\":[]",
                ",\"op\":\"encode\",\"bytecode\":\"\",\"record\":{\"version\":1}",
                ",\"op\":\"match\",\"hex\":\"\",\"producer\":\"00\",\"source\":null"
            }) {
                starts("{\"id\":7,\"fault\":", "{\"id\":7" + rest + "}");
            }
        });
        suite.test("protocol/unknown operation", () ->
                starts("{\"id\":9,\"unsupported\":", "{\"id\":9,\"op\":\"extract\"}"));
        suite.test("protocol/keys in any order", () ->
                Suite.equal(
                        "{\"id\":5,\"ok\":{\"version\":1}}\n",
                        ask("{\"hex\":\"" + SMALLEST + "\",\"op\":\"identify\",\"id\":5} ")));
        suite.test("protocol/version before all other keys", () -> {
            String huge = "1" + "0".repeat(50);
            for (String version : new String[] {"0", "5", "-1", "4294967297", huge}) {
                starts("{\"id\":1,\"err\":{\"class\":\"unsupported-version\"",
                        "{\"id\":1,\"op\":\"encode\",\"bytecode\":\"\",\"record\":{\"requests\":3,"
                                + "\"version\":" + version + "}}");
            }
        });
        suite.test("protocol/bye", () -> {
            Suite.equal("", ask("{\"id\":1,\"op\":\"bye\"}\n{\"id\":2,\"op\":\"hello\"}"));
            Suite.equal("", answers(new byte[0]));
        });
        suite.test("protocol/escapes", () ->
                starts("{\"id\":1,\"ok\":{\"hex\":\"53454d4201000000010000000a000000"
                                + "002f0aefbbbff09f9880",
                        "{\"id\":1,\"op\":\"encode\",\"bytecode\":\"\",\"record\":"
                                + RECORD.replace("\"requests\":[]", "\"requests\":[{\"specifier\":"
                                        + "\"\\u0000\\/\\n\\uFEff\\ud83d\\uDE00\","
                                        + "\"attributes\":[]}]")
                                + "}"));
        suite.test("protocol/unknown type", () ->
                starts("{\"id\":1,\"err\":{\"class\":\"bad-type\"",
                        "{\"id\":1,\"op\":\"encode\",\"bytecode\":\"\",\"record\":"
                                + RECORD.replace("\"imports\":[]", "\"imports\":[{\"type\":\"x\","
                                        + "\"module_request\":\"\",\"import_name\":\"\","
                                        + "\"local_name\":\"\"}]")
                                + "}"));
        suite.test("protocol/a line that is too long", () -> {
            byte[] next = "\n{\"id\":3,\"op\":\"hello\"}\n".getBytes(StandardCharsets.UTF_8);
            InputStream in = new LongLine(LineReader.MAX_LINE, next);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Main.serve(in, out);
            String[] answers = out.toString(StandardCharsets.UTF_8).split("\n");
            Suite.equal(true, answers[0].startsWith("{\"id\":null,\"fault\":"));
            Suite.equal(true, answers[1].startsWith("{\"id\":3,\"ok\":"));
        });
        suite.test("protocol/processes", () -> {
            byte[] file = HexFormat.of().parseHex(SMALLEST);
            process(0, "{\"ok\":true}\n", file, "check");
            byte[] lines = ("{\"id\":1,\"op\":\"check\",\"hex\":\"" + SMALLEST + "\"}\n"
                            + "{\"id\":2,\"op\":\"bye\"}\n")
                    .getBytes(StandardCharsets.UTF_8);
            process(0, "{\"id\":1,\"ok\":true}\n", lines);
        });
        suite.test("protocol/one-shot", () -> {
            byte[] file = HexFormat.of().parseHex(SMALLEST);
            byte[] request = ("{\"record\":" + RECORD + ",\"bytecode\":\"\"}\n")
                    .getBytes(StandardCharsets.UTF_8);
            oneShot(0, "{\"ok\":{\"protocol\":1", "hello", new byte[0]);
            oneShot(0, "{\"ok\":{\"version\":1}}", "identify", file);
            oneShot(0, "{\"ok\":true}", "check", file);
            oneShot(0, "{\"ok\":{\"version\":1,", "decode", file);
            oneShot(0, "{\"ok\":{\"hex\":\"" + SMALLEST + "\"}}", "encode", request);
            oneShot(1, "{\"err\":{\"class\":\"truncated\",\"offset\":0", "check", new byte[0]);
            oneShot(70, "{\"fault\":", "encode", new byte[0]);
            oneShot(70, "{\"fault\":", "match", request);
            oneShot(89, "{\"unsupported\":", "extract", new byte[0]);
        });
    }

    /** Starts the testee as the suite does, with pipes: they differ from streams in memory. */
    private static void process(int status, String expected, byte[] input, String... arguments)
            throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
        command.addAll(List.of(System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        }
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Suite.equal(expected, answer);
        Suite.equal(status, process.waitFor());
    }

    /** Returns the answers to the lines of a text. */
    static String ask(String lines) throws IOException {
        return answers((lines + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String answers(byte[] lines) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Main.serve(new ByteArrayInputStream(lines), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void starts(String expected, String line) throws IOException {
        String answer = ask(line);
        if (!answer.startsWith(expected)) {
            throw new AssertionError(line + ": expected " + expected + ", but got " + answer);
        }
    }

    private static void oneShot(int status, String expected, String op, byte[] input)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Suite.equal(status, Main.answerOne(op, new ByteArrayInputStream(input), out));
        String answer = out.toString(StandardCharsets.UTF_8);
        Suite.equal(expected, answer.substring(0, Math.min(expected.length(), answer.length())));
    }

    /** A line of spaces, and the bytes that follow it. */
    private static final class LongLine extends InputStream {
        private int spaces;
        private final InputStream next;

        LongLine(int spaces, byte[] next) {
            this.spaces = spaces;
            this.next = new ByteArrayInputStream(next);
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (spaces == 0) {
                return next.read(bytes, offset, length);
            }
            int count = Math.min(spaces, length);
            Arrays.fill(bytes, offset, offset + count, (byte) ' ');
            spaces -= count;
            return count;
        }
    }
}
