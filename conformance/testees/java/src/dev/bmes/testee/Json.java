package dev.bmes.testee;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.bmes.BmesException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Typed values of a JSON parser that stands on the first token of the value. */
final class Json {
    /** The protocol needs five levels; without a limit, nested arrays could take all memory. */
    private static final int MAX_DEPTH = 64;

    /** Longer integers are outside the range of a {@code long}, or close to its end. */
    private static final int MAX_INTEGER_LENGTH = 18;

    private Json() {}

    /** A function that reads one element of an array. */
    interface Element<T> {
        T read(JsonParser parser) throws IOException, Fault, BmesException;
    }

    static void expect(JsonParser parser, JsonToken token, String key) throws Fault {
        if (parser.currentToken() != token) {
            throw new Fault(key + " has another type than the protocol says");
        }
    }

    static String text(JsonParser parser, String key) throws IOException, Fault {
        expect(parser, JsonToken.VALUE_STRING, key);
        return parser.getText();
    }

    static boolean bool(JsonParser parser, String key) throws IOException, Fault {
        if (!parser.currentToken().isBoolean()) {
            throw new Fault(key + " is not a boolean");
        }
        return parser.getBooleanValue();
    }

    /**
     * Returns an integer. An integer of more than 18 digits becomes one that is out of range for
     * every field, and keeps its sign.
     */
    static long integer(JsonParser parser, String key) throws IOException, Fault {
        expect(parser, JsonToken.VALUE_NUMBER_INT, key);
        if (parser.getTextLength() > MAX_INTEGER_LENGTH) {
            return parser.getTextCharacters()[parser.getTextOffset()] == '-'
                    ? -Long.MAX_VALUE
                    : Long.MAX_VALUE;
        }
        return parser.getLongValue();
    }

    /**
     * Moves the parser to the next value of an object, and returns its key, or {@code null} at the
     * end of the object.
     */
    static String nextKey(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.FIELD_NAME) {
            return null;
        }
        String key = parser.currentName();
        parser.nextToken();
        return key;
    }

    /** Returns the strings of an object in the order of {@code keys}, and skips other keys. */
    static String[] texts(JsonParser parser, List<String> keys) throws IOException, Fault {
        expect(parser, JsonToken.START_OBJECT, "an entry");
        String[] texts = new String[keys.size()];
        for (String key; (key = nextKey(parser)) != null; ) {
            int i = keys.indexOf(key);
            if (i >= 0) {
                texts[i] = text(parser, key);
            } else {
                skip(parser);
            }
        }
        for (int i = 0; i < texts.length; i++) {
            required(texts[i], keys.get(i));
        }
        return texts;
    }

    static <T> List<T> list(JsonParser parser, String key, Element<T> element)
            throws IOException, Fault, BmesException {
        expect(parser, JsonToken.START_ARRAY, key);
        List<T> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(element.read(parser));
        }
        return list;
    }

    /** Skips a value, so that the parser stands on its last token. */
    static void skip(JsonParser parser) throws IOException, Fault {
        int depth = 0;
        JsonToken token = parser.currentToken();
        while (true) {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            }
            if (depth == 0) {
                return;
            }
            if (depth > MAX_DEPTH) {
                throw new Fault("the JSON has too many levels");
            }
            token = parser.nextToken();
        }
    }

    static <T> T required(T value, String key) throws Fault {
        if (value == null) {
            throw new Fault("no " + key);
        }
        return value;
    }
}
