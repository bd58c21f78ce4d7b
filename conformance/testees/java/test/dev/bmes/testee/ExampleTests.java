package dev.bmes.testee;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Tests with the examples of the specification, through the protocol. */
final class ExampleTests {
    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, Object> example;
    private final Map<String, String> source = new LinkedHashMap<>();

    private ExampleTests(String text) throws IOException {
        example = object(text);
        // The text of each value, to copy it into a request.
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                parser.nextToken();
                int start = (int) parser.currentTokenLocation().getCharOffset();
                parser.skipChildren();
                parser.finishToken();
                int end = (int) parser.currentLocation().getCharOffset();
                source.put(key, text.substring(start, end).replace('\n', ' '));
            }
        }
    }

    static void run(Suite suite, Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> stream = Files.list(folder)) {
            files = stream.sorted(Comparator.naturalOrder()).toList();
        }
        suite.test("examples/there are some", () -> Suite.equal(true, files.size() > 100));
        for (Path file : files) {
            suite.test(
                    "examples/" + file.getFileName(),
                    () -> new ExampleTests(Files.readString(file)).run());
        }
    }

    private void run() throws IOException {
        switch ((String) example.get("operation")) {
            case "decode", "check" -> {
                decode();
                verdict(ask("check", "hex"));
            }
            case "encode" -> encode();
            case "match" -> verdict(ask("match", "hex", "producer", "source"));
            default -> throw new AssertionError("an unknown operation");
        }
    }

    private void decode() throws IOException {
        Map<String, Object> answer = ask("decode", "hex");
        if (!example.containsKey("record")) {
            verdict(answer);
            return;
        }
        Map<String, Object> record = asMap(answer.get("ok"));
        Suite.equal(example.get("bytecode"), partOf(record.remove("bytecode")));
        if (record.get("version").equals(4L)) {
            Suite.equal(example.get("text"), partOf(record.remove("text")));
        }
        Suite.equal(example.get("record"), record);
    }

    private void encode() throws IOException {
        Map<String, Object> answer =
                source.containsKey("text")
                        ? ask("encode", "record", "text", "bytecode")
                        : ask("encode", "record", "bytecode");
        if (example.containsKey("hex")) {
            Suite.equal(Map.of("hex", example.get("hex")), answer.get("ok"));
        } else {
            verdict(answer);
        }
    }

    private void verdict(Map<String, Object> answer) {
        if (example.get("verdict").equals("accept")) {
            Suite.equal(true, answer.get("ok"));
            return;
        }
        Map<String, Object> error = asMap(answer.get("err"));
        Suite.equal(example.get("class"), error.get("class"));
        Suite.equal(example.get("offset"), error.get("offset"));
    }

    /** Returns the hex of a part of the file, given {@code {"offset", "length"}} or null. */
    private String partOf(Object range) {
        if (range == null) {
            return "";
        }
        int offset = ((Long) asMap(range).get("offset")).intValue();
        int length = ((Long) asMap(range).get("length")).intValue();
        return ((String) example.get("hex")).substring(2 * offset, 2 * (offset + length));
    }

    private Map<String, Object> ask(String op, String... keys) throws IOException {
        StringBuilder request = new StringBuilder("{\"id\":1,\"op\":\"" + op + '"');
        for (String key : keys) {
            request.append(",\"").append(key).append("\":").append(source.get(key));
        }
        return object(ProtocolTests.ask(request.append('}').toString()));
    }

    private static Map<String, Object> object(String text) throws IOException {
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            return asMap(value(parser));
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> map = new TreeMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    parser.nextToken();
                    map.put(key, value(parser));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> asMap(Object value) {
        return (Map<String, Object>) value;
    }
}
