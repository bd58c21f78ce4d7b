package dev.bmes.testee;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.bmes.Bmes;
import dev.bmes.BmesException;
import dev.bmes.BmesFile;
import dev.bmes.Digest;
import dev.bmes.ErrorClass;
import dev.bmes.GivenSource;
import java.io.IOException;

/** The operations of the protocol. Each returns the value of the key {@code ok}. */
final class Operations {
    private static final Answer.Part TRUE = out -> out.writeBoolean(true);

    private Operations() {}

    static void hello(JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeNumberField("protocol", 1);
        out.writeStringField("name", "bmes-java");
        out.writeStringField("version", "0.1.0");
        out.writeStringField("language", "Java");
        out.writeFieldName("formats");
        out.writeArray(new int[] {1, 2, 3, 4}, 0, 4);
        out.writeFieldName("ops");
        out.writeArray(new String[] {"identify", "decode", "check", "encode", "match"}, 0, 5);
        out.writeBooleanField("errors", true);
        out.writeEndObject();
    }

    static Answer.Part identify(byte[] file) throws BmesException {
        int version = Bmes.identify(file);
        return out -> {
            out.writeStartObject();
            out.writeNumberField("version", version);
            out.writeEndObject();
        };
    }

    static Answer.Part decode(byte[] file) throws BmesException {
        BmesFile decoded = Bmes.decode(file);
        return out -> RecordOutput.write(out, decoded);
    }

    static Answer.Part check(byte[] file) throws BmesException {
        Bmes.check(file);
        return TRUE;
    }

    static Answer.Part encode(Request request) throws IOException, Fault, BmesException {
        byte[] hex = Hex.format(encodeFile(request));
        return out -> {
            out.writeStartObject();
            out.writeFieldName("hex");
            out.writeRawUTF8String(hex, 0, hex.length);
            out.writeEndObject();
        };
    }

    private static byte[] encodeFile(Request request) throws IOException, Fault, BmesException {
        long version;
        try (JsonParser parser = request.parser("record")) {
            version = RecordInput.version(parser);
        }
        if (version < 1 || version > 4) {
            throw BmesException.inRecord(ErrorClass.UNSUPPORTED_VERSION, "an unknown version");
        }
        byte[] bytecode = request.hex("bytecode");
        try (JsonParser parser = request.parser("record")) {
            if (version < 4) {
                return Bmes.encode(RecordInput.read(parser, version), bytecode);
            }
            byte[] text = request.isNullOrMissing("text") ? new byte[0] : request.hex("text");
            return Bmes.encode(V4RecordInput.read(parser), text, bytecode);
        }
    }

    static Answer.Part match(Request request) throws IOException, Fault, BmesException {
        byte[] file = request.hex("hex");
        Digest producer = Hex.digest(request.hex("producer"), "producer");
        Bmes.match(file, producer, givenSource(request));
        return TRUE;
    }

    private static GivenSource givenSource(Request request) throws IOException, Fault {
        try (JsonParser parser = request.parser("source")) {
            if (parser.currentToken() == JsonToken.VALUE_NULL) {
                return GivenSource.NOTHING;
            }
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                return GivenSource.of(V4RecordInput.source(parser));
            }
            return switch (Json.text(parser, "source")) {
                case "embedded-text" -> GivenSource.EMBEDDED_TEXT;
                case "trusted" -> GivenSource.TRUSTED;
                default -> throw new Fault("an unknown source");
            };
        }
    }
}
