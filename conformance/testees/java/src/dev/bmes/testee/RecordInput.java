package dev.bmes.testee;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.bmes.BmesException;
import dev.bmes.ErrorClass;
import dev.bmes.ModuleRecord;
import dev.bmes.ModuleRecord.Attribute;
import dev.bmes.ModuleRecord.EngineData;
import dev.bmes.ModuleRecord.Export;
import dev.bmes.ModuleRecord.ExportType;
import dev.bmes.ModuleRecord.Import;
import dev.bmes.ModuleRecord.ImportType;
import dev.bmes.ModuleRecord.Request;
import dev.bmes.ModuleRecord.Variable;
import java.io.IOException;
import java.util.List;

/** The records of versions 1 to 3 in the JSON of the protocol. */
final class RecordInput {
    private static final List<String> ATTRIBUTE_KEYS = List.of("key", "value");
    private static final List<String> IMPORT_KEYS =
            List.of("type", "module_request", "import_name", "local_name");
    private static final List<String> EXPORT_KEYS =
            List.of("type", "export_name", "module_name", "import_name", "local_name");

    private RecordInput() {}

    /** Returns the version of a record. The writer of another version never sees the record. */
    static long version(JsonParser parser) throws IOException, Fault {
        Json.expect(parser, JsonToken.START_OBJECT, "record");
        Long version = null;
        for (String key; (key = Json.nextKey(parser)) != null; ) {
            if (key.equals("version")) {
                version = Json.integer(parser, key);
            } else {
                Json.skip(parser);
            }
        }
        return Json.required(version, "version");
    }

    static ModuleRecord read(JsonParser parser, long version)
            throws IOException, Fault, BmesException {
        List<Request> requests = null;
        List<Import> imports = null;
        List<Export> exports = null;
        List<String> starExports = null;
        List<Variable> declared = null;
        List<Variable> lexical = null;
        Long codeFeatures = null;
        for (String key; (key = Json.nextKey(parser)) != null; ) {
            switch (key) {
                case "requests" -> requests = Json.list(parser, key, RecordInput::request);
                case "imports" -> imports = Json.list(parser, key, RecordInput::importEntry);
                case "exports" -> exports = Json.list(parser, key, RecordInput::exportEntry);
                case "star_exports" ->
                        starExports = Json.list(parser, key, p -> Json.text(p, "a star export"));
                case "declared_variables" ->
                        declared = Json.list(parser, key, RecordInput::variable);
                case "lexical_variables" ->
                        lexical = Json.list(parser, key, RecordInput::variable);
                case "code_features" -> codeFeatures = Json.integer(parser, key);
                default -> Json.skip(parser);
            }
        }
        return new ModuleRecord(
                version,
                Json.required(requests, "requests"),
                Json.required(imports, "imports"),
                Json.required(exports, "exports"),
                Json.required(starExports, "star_exports"),
                engineData(declared, lexical, codeFeatures));
    }

    /** Joins the three keys of version 3. The writer compares the result with the version. */
    private static EngineData engineData(
            List<Variable> declared, List<Variable> lexical, Long codeFeatures)
            throws BmesException {
        if (declared == null && lexical == null && codeFeatures == null) {
            return null;
        }
        if (declared == null || lexical == null || codeFeatures == null) {
            throw BmesException.inRecord(
                    ErrorClass.UNSUPPORTED_VERSION, "only a part of the keys of version 3");
        }
        return new EngineData(declared, lexical, codeFeatures);
    }

    private static Request request(JsonParser parser) throws IOException, Fault, BmesException {
        Json.expect(parser, JsonToken.START_OBJECT, "a request");
        String specifier = null;
        List<Attribute> attributes = null;
        for (String key; (key = Json.nextKey(parser)) != null; ) {
            switch (key) {
                case "specifier" -> specifier = Json.text(parser, key);
                case "attributes" -> attributes = Json.list(parser, key, RecordInput::attribute);
                default -> Json.skip(parser);
            }
        }
        return new Request(
                Json.required(specifier, "specifier"), Json.required(attributes, "attributes"));
    }

    private static Attribute attribute(JsonParser parser) throws IOException, Fault {
        String[] texts = Json.texts(parser, ATTRIBUTE_KEYS);
        return new Attribute(texts[0], texts[1]);
    }

    private static Import importEntry(JsonParser parser) throws IOException, Fault, BmesException {
        String[] texts = Json.texts(parser, IMPORT_KEYS);
        ImportType type = Names.find(ImportType.values(), texts[0]);
        return new Import(type, texts[1], texts[2], texts[3]);
    }

    private static Export exportEntry(JsonParser parser) throws IOException, Fault, BmesException {
        String[] texts = Json.texts(parser, EXPORT_KEYS);
        ExportType type = Names.find(ExportType.values(), texts[0]);
        return new Export(type, texts[1], texts[2], texts[3], texts[4]);
    }

    private static Variable variable(JsonParser parser) throws IOException, Fault {
        Json.expect(parser, JsonToken.START_OBJECT, "a variable");
        String name = null;
        Long bits = null;
        for (String key; (key = Json.nextKey(parser)) != null; ) {
            switch (key) {
                case "name" -> name = Json.text(parser, key);
                case "bits" -> bits = Json.integer(parser, key);
                default -> Json.skip(parser);
            }
        }
        return new Variable(Json.required(name, "name"), Json.required(bits, "bits"));
    }
}
