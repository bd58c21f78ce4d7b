package dev.bmes.testee;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.bmes.Utf8;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The keys of one request, and where their values begin. The keys come in any order, so that the
 * values are read only when the operation is known.
 */
final class Request {
    private static final JsonFactory JSON = new JsonFactory();

    private final byte[] line;
    private final Map<String, Value> values = new HashMap<>();

    /** The first token of a value, its offset in the line and, for an integer, its number. */
    private record Value(JsonToken token, int start, long number) {}

    private Request(byte[] line) {
        this.line = line;
    }

    /** Parses a line, which has to be one JSON object in UTF-8. */
    static Request parse(byte[] line) throws Fault {
        // The parser would also accept other encodings, which it recognises by bytes that are 0.
        for (byte b : line) {
            if (b == 0) {
                throw new Fault("the line has a U+0000");
            }
        }
        // It would skip a byte order mark, too.
        boolean hasMark = line.length > 0 && line[0] == (byte) 0xEF;
        if (hasMark || Utf8.firstInvalid(line, 0, line.length) >= 0) {
            throw new Fault("the line is not UTF-8 without a byte order mark");
        }
        Request request = new Request(line);
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Fault("the line is not a JSON object");
            }
            for (String key; (key = Json.nextKey(parser)) != null; ) {
                JsonToken token = parser.currentToken();
                int start = (int) parser.currentTokenLocation().getByteOffset();
                long number =
                        token == JsonToken.VALUE_NUMBER_INT ? Json.integer(parser, key) : 0;
                Json.skip(parser);
                request.values.put(key, new Value(token, start, number));
            }
            if (parser.nextToken() != null) {
                throw new Fault("text follows the JSON object");
            }
        } catch (IOException e) {
            throw new Fault("the line is not JSON: " + e.getMessage());
        }
        return request;
    }

    boolean isNullOrMissing(String key) {
        Value value = values.get(key);
        return value == null || value.token == JsonToken.VALUE_NULL;
    }

    boolean isMissing(String key) {
        return !values.containsKey(key);
    }

    long integer(String key) throws Fault {
        return value(key, JsonToken.VALUE_NUMBER_INT).number;
    }

    String text(String key) throws Fault, IOException {
        value(key, JsonToken.VALUE_STRING);
        try (JsonParser parser = parser(key)) {
            return parser.getText();
        }
    }

    /**
     * Returns the bytes of a value in hex. Hex has no escapes, so its digits are in the line as
     * they are: a parser would copy them as characters of two bytes.
     */
    byte[] hex(String key) throws Fault {
        return Hex.parse(line, value(key, JsonToken.VALUE_STRING).start + 1, key);
    }

    /** Returns a parser that stands on the first token of a value. */
    JsonParser parser(String key) throws Fault, IOException {
        int start = value(key, null).start;
        JsonParser parser = JSON.createParser(line, start, line.length - start);
        parser.nextToken();
        return parser;
    }

    private Value value(String key, JsonToken token) throws Fault {
        Value value = Json.required(values.get(key), key);
        if (token != null && value.token != token) {
            throw new Fault(key + " has another type than the protocol says");
        }
        return value;
    }
}
