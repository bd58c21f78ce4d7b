package dev.bmes.testee;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.bmes.BmesException;
import dev.bmes.Digest;
import dev.bmes.V4Record;
import dev.bmes.V4Record.Attribute;
import dev.bmes.V4Record.Environment;
import dev.bmes.V4Record.Export;
import dev.bmes.V4Record.Flags;
import dev.bmes.V4Record.Import;
import dev.bmes.V4Record.Phase;
import dev.bmes.V4Record.Request;
import dev.bmes.V4Record.Source;
import dev.bmes.V4Record.Variable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The record of version 4 in the JSON of the protocol. */
final class V4RecordInput {
    private static final List<String> ATTRIBUTE_KEYS = List.of("key", "value");
    private static final List<String> IMPORT_KEYS =
            List.of("local_name", "request", "import_name");
    private static final List<String> EXPORT_KEYS = List.of("export_name", "request", "name");
    private static final List<String> VARIABLE_KEYS = List.of("name", "bits");
    private static final List<String> FLAG_KEYS =
            List.of("top_level_await", "import_meta", "typescript");

    private V4RecordInput() {}

    static V4Record read(JsonParser parser) throws IOException, Fault, BmesException {
        Flags flags = null;
        Long alignment = null;
        Digest producer = null;
        Source source = null;
        List<String> strings = null;
        List<Request> requests = null;
        List<Import> imports = null;
        List<Export> exports = null;
        List<Long> tolerantImports = null;
        List<Long> starExports = null;
        Environment environment = null;
        boolean hasEnvironmentKey = false;
        for (String key; (key = Json.nextKey(parser)) != null; ) {
            switch (key) {
                case "flags" -> flags = flags(parser);
                case "alignment" -> alignment = Json.integer(parser, key);
                case "producer" -> producer = digest(parser, key);
                case "source" -> source = source(parser);
                case "strings" -> strings = Json.list(parser, key, p -> Json.text(p, "a string"));
                case "requests" -> requests = Json.list(parser, key, V4RecordInput::request);
                case "imports" -> imports = Json.list(parser, key, V4RecordInput::importEntry);
                case "exports" -> exports = Json.list(parser, key, V4RecordInput::exportEntry);
                case "tolerant_imports" ->
                        tolerantImports = Json.list(parser, key, V4RecordInput::index);
                case "star_exports" -> starExports = Json.list(parser, key, V4RecordInput::index);
                case "environment" -> {
                    hasEnvironmentKey = true;
                    environment = environment(parser);
                }
                default -> Json.skip(parser);
            }
        }
        if (!hasEnvironmentKey) {
            throw new Fault("no environment");
        }
        return new V4Record(
                Json.required(flags, "flags"),
                Json.required(alignment, "alignment"),
                Json.required(producer, "producer"),
                Json.required(source, "source"),
                Json.required(strings, "strings"),
                Json.required(requests, "requests"),
                Json.required(imports, "imports"),
                Json.required(exports, "exports"),
                Json.required(tolerantImports, "tolerant_imports"),
                Json.required(starExports, "star_exports"),
                environment);
    }

    /** Reads {@code {"size": integer, "sha256": hex}}, also of a request to match. */
    static Source source(JsonParser parser) throws IOException, Fault {
        Json.expect(parser, JsonToken.START_OBJECT, "source");
        Long size = null;
        Digest digest = null;
        for (String key; (key = Json.nextKey(parser)) != null; ) {
            switch (key) {
                case "size" -> size = Json.integer(parser, key);
                case "sha256" -> digest = digest(parser, key);
                default -> Json.skip(parser);
            }
        }
        return new Source(Json.required(size, "size"), Json.required(digest, "sha256"));
    }

    private static Digest digest(JsonParser parser, String key) throws IOException, Fault {
        byte[] quoted = ('"' + Json.text(parser, key) + '"').getBytes(StandardCharsets.UTF_8);
        return Hex.digest(Hex.parse(quoted, 1, key), key);
    }

    private static Flags flags(JsonParser parser) throws IOException, Fault {
        Json.expect(parser, JsonToken.START_OBJECT, "flags");
        Boolean[] flags = new Boolean[FLAG_KEYS.size()];
        for (String key; (key = Json.nextKey(parser)) != null; ) {
            int i = FLAG_KEYS.indexOf(key);
            if (i >= 0) {
                flags[i] = Json.bool(parser, key);
            } else {
                Json.skip(parser);
            }
        }
        for (int i = 0; i < flags.length; i++) {
            Json.required(flags[i], FLAG_KEYS.get(i));
        }
        return new Flags(flags[0], flags[1], flags[2]);
    }

    private static Request request(JsonParser parser) throws IOException, Fault, BmesException {
        Json.expect(parser, JsonToken.START_OBJECT, "a request");
        Long specifier = null;
        Phase phase = null;
        List<Attribute> attributes = null;
        for (String key; (key = Json.nextKey(parser)) != null; ) {
            switch (key) {
                case "specifier" -> specifier = index(parser);
                case "phase" -> phase = Names.find(Phase.values(), Json.text(parser, key));
                case "attributes" -> attributes = Json.list(parser, key, V4RecordInput::attribute);
                default -> Json.skip(parser);
            }
        }
        return new Request(
                Json.required(specifier, "specifier"),
                Json.required(phase, "phase"),
                Json.required(attributes, "attributes"));
    }

    private static Attribute attribute(JsonParser parser) throws IOException, Fault {
        long[] numbers = numbers(parser, ATTRIBUTE_KEYS);
        return new Attribute(numbers[0], numbers[1]);
    }

    private static Import importEntry(JsonParser parser) throws IOException, Fault {
        long[] numbers = numbers(parser, IMPORT_KEYS);
        return new Import(numbers[0], numbers[1], numbers[2]);
    }

    private static Export exportEntry(JsonParser parser) throws IOException, Fault {
        long[] numbers = numbers(parser, EXPORT_KEYS);
        return new Export(numbers[0], numbers[1], numbers[2]);
    }

    private static Environment environment(JsonParser parser)
            throws IOException, Fault, BmesException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        Json.expect(parser, JsonToken.START_OBJECT, "environment");
        List<Variable> declared = null;
        List<Variable> lexical = null;
        Long codeFeatures = null;
        Long lexicalFeatures = null;
        for (String key; (key = Json.nextKey(parser)) != null; ) {
            switch (key) {
                case "declared_variables" ->
                        declared = Json.list(parser, key, V4RecordInput::variable);
                case "lexical_variables" ->
                        lexical = Json.list(parser, key, V4RecordInput::variable);
                case "code_features" -> codeFeatures = Json.integer(parser, key);
                case "lexical_features" -> lexicalFeatures = Json.integer(parser, key);
                default -> Json.skip(parser);
            }
        }
        return new Environment(
                Json.required(declared, "declared_variables"),
                Json.required(lexical, "lexical_variables"),
                Json.required(codeFeatures, "code_features"),
                Json.required(lexicalFeatures, "lexical_features"));
    }

    private static Variable variable(JsonParser parser) throws IOException, Fault {
        long[] numbers = numbers(parser, VARIABLE_KEYS);
        if (numbers[1] == V4Record.NONE) {
            throw new Fault("bits is null");
        }
        return new Variable(numbers[0], numbers[1]);
    }

    /** Returns the numbers of an object in the order of {@code keys}, and skips other keys. */
    private static long[] numbers(JsonParser parser, List<String> keys) throws IOException, Fault {
        Json.expect(parser, JsonToken.START_OBJECT, "an entry");
        long[] numbers = new long[keys.size()];
        // One bit for each key that the object has; an entry has at most three keys.
        int seen = 0;
        for (String key; (key = Json.nextKey(parser)) != null; ) {
            int i = keys.indexOf(key);
            if (i >= 0) {
                numbers[i] = index(parser);
                seen |= 1 << i;
            } else {
                Json.skip(parser);
            }
        }
        if (seen != (1 << keys.size()) - 1) {
            throw new Fault("an entry lacks one of " + keys);
        }
        return numbers;
    }

    /** Returns an index; the writer rejects {@code null} in a field that cannot be NONE. */
    private static long index(JsonParser parser) throws IOException, Fault {
        return parser.currentToken() == JsonToken.VALUE_NULL
                ? V4Record.NONE
                : Json.integer(parser, "an index");
    }
}
