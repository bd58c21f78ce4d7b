package dev.bmes.testee;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.bmes.BmesFile;
import dev.bmes.ModuleFile;
import dev.bmes.ModuleRecord;
import dev.bmes.Range;
import dev.bmes.V4File;
import dev.bmes.V4Record;
import java.io.IOException;
import java.util.List;

/** The answer to decode in the JSON of the protocol. */
final class RecordOutput {
    private final JsonGenerator out;

    private RecordOutput(JsonGenerator out) {
        this.out = out;
    }

    static void write(JsonGenerator out, BmesFile file) throws IOException {
        RecordOutput output = new RecordOutput(out);
        out.writeStartObject();
        if (file instanceof V4File) {
            V4File v4 = (V4File) file;
            output.record(v4.record());
            output.range("text", v4.text());
        } else {
            output.record(((ModuleFile) file).record());
        }
        output.range("bytecode", file.bytecode());
        out.writeEndObject();
    }

    private void range(String key, Range range) throws IOException {
        if (range == null) {
            out.writeNullField(key);
            return;
        }
        out.writeObjectFieldStart(key);
        out.writeNumberField("offset", range.offset());
        out.writeNumberField("length", range.length());
        out.writeEndObject();
    }

    private void record(ModuleRecord record) throws IOException {
        out.writeNumberField("version", record.version());
        out.writeArrayFieldStart("requests");
        for (ModuleRecord.Request request : record.requests()) {
            out.writeStartObject();
            out.writeStringField("specifier", request.specifier());
            out.writeArrayFieldStart("attributes");
            for (ModuleRecord.Attribute attribute : request.attributes()) {
                out.writeStartObject();
                out.writeStringField("key", attribute.key());
                out.writeStringField("value", attribute.value());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("imports");
        for (ModuleRecord.Import entry : record.imports()) {
            out.writeStartObject();
            out.writeStringField("type", Names.of(entry.type()));
            out.writeStringField("module_request", entry.moduleRequest());
            out.writeStringField("import_name", entry.importName());
            out.writeStringField("local_name", entry.localName());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("exports");
        for (ModuleRecord.Export entry : record.exports()) {
            out.writeStartObject();
            out.writeStringField("type", Names.of(entry.type()));
            out.writeStringField("export_name", entry.exportName());
            out.writeStringField("module_name", entry.moduleName());
            out.writeStringField("import_name", entry.importName());
            out.writeStringField("local_name", entry.localName());
            out.writeEndObject();
        }
        out.writeEndArray();
        strings("star_exports", record.starExports());
        if (record.engineData() != null) {
            variables("declared_variables", record.engineData().declaredVariables());
            variables("lexical_variables", record.engineData().lexicalVariables());
            out.writeNumberField("code_features", record.engineData().codeFeatures());
        }
    }

    private void variables(String key, List<ModuleRecord.Variable> variables) throws IOException {
        out.writeArrayFieldStart(key);
        for (ModuleRecord.Variable variable : variables) {
            out.writeStartObject();
            out.writeStringField("name", variable.name());
            out.writeNumberField("bits", variable.bits());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void record(V4Record record) throws IOException {
        out.writeNumberField("version", 4);
        out.writeObjectFieldStart("flags");
        out.writeBooleanField("top_level_await", record.flags().topLevelAwait());
        out.writeBooleanField("import_meta", record.flags().importMeta());
        out.writeBooleanField("typescript", record.flags().typescript());
        out.writeEndObject();
        out.writeNumberField("alignment", record.alignment());
        out.writeStringField("producer", record.producer().toString());
        out.writeObjectFieldStart("source");
        out.writeNumberField("size", record.source().size());
        out.writeStringField("sha256", record.source().digest().toString());
        out.writeEndObject();
        strings("strings", record.strings());
        out.writeArrayFieldStart("requests");
        for (V4Record.Request request : record.requests()) {
            out.writeStartObject();
            out.writeNumberField("specifier", request.specifier());
            out.writeStringField("phase", Names.of(request.phase()));
            out.writeArrayFieldStart("attributes");
            for (V4Record.Attribute attribute : request.attributes()) {
                out.writeStartObject();
                out.writeNumberField("key", attribute.key());
                out.writeNumberField("value", attribute.value());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("imports");
        for (V4Record.Import entry : record.imports()) {
            out.writeStartObject();
            out.writeNumberField("local_name", entry.localName());
            out.writeNumberField("request", entry.request());
            indexOrNull("import_name", entry.importName());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("exports");
        for (V4Record.Export entry : record.exports()) {
            out.writeStartObject();
            out.writeNumberField("export_name", entry.exportName());
            indexOrNull("request", entry.request());
            indexOrNull("name", entry.name());
            out.writeEndObject();
        }
        out.writeEndArray();
        indices("tolerant_imports", record.tolerantImports());
        indices("star_exports", record.starExports());
        environment(record.environment());
    }

    private void environment(V4Record.Environment environment) throws IOException {
        if (environment == null) {
            out.writeNullField("environment");
            return;
        }
        out.writeObjectFieldStart("environment");
        v4Variables("declared_variables", environment.declaredVariables());
        v4Variables("lexical_variables", environment.lexicalVariables());
        out.writeNumberField("code_features", environment.codeFeatures());
        out.writeNumberField("lexical_features", environment.lexicalFeatures());
        out.writeEndObject();
    }

    private void v4Variables(String key, List<V4Record.Variable> variables) throws IOException {
        out.writeArrayFieldStart(key);
        for (V4Record.Variable variable : variables) {
            out.writeStartObject();
            out.writeNumberField("name", variable.name());
            out.writeNumberField("bits", variable.bits());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void strings(String key, List<String> strings) throws IOException {
        out.writeArrayFieldStart(key);
        for (String string : strings) {
            out.writeString(string);
        }
        out.writeEndArray();
    }

    private void indices(String key, List<Long> indices) throws IOException {
        out.writeArrayFieldStart(key);
        for (long index : indices) {
            out.writeNumber(index);
        }
        out.writeEndArray();
    }

    private void indexOrNull(String key, long index) throws IOException {
        if (index == V4Record.NONE) {
            out.writeNullField(key);
        } else {
            out.writeNumberField(key, index);
        }
    }
}
