package dev.bmes.testee;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.bmes.BmesException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** One answer: a line of JSON, and the exit status that it has in one-shot mode. */
final class Answer {
    private static final JsonFactory JSON = new JsonFactory();

    private final Line line;
    private final Kind kind;

    private Answer(Line line, Kind kind) {
        this.line = line;
        this.kind = kind;
    }

    /** The key of an answer, and its exit status. */
    enum Kind {
        OK("ok", 0),
        ERR("err", 1),
        FAULT("fault", 70),
        UNSUPPORTED("unsupported", 89);

        private final String key;
        private final int status;

        Kind(String key, int status) {
            this.key = key;
            this.status = status;
        }
    }

    /** A part of an answer: its value, or the key {@code id} with its value. */
    interface Part {
        void write(JsonGenerator out) throws IOException;
    }

    /** The id of an answer in one-shot mode: none. */
    static final Part NO_ID = out -> {};

    /** The id of an answer to a request whose id the testee cannot read. */
    static final Part NULL_ID = out -> out.writeNullField("id");

    static Part id(long id) {
        return out -> out.writeNumberField("id", id);
    }

    /** Returns the answer; a fault replaces a value that is too long for a line. */
    static Answer of(Part id, Kind kind, Part value) {
        Line line = new Line();
        try (JsonGenerator out = JSON.createGenerator(line)) {
            out.writeStartObject();
            id.write(out);
            out.writeFieldName(kind.key);
            value.write(out);
            out.writeEndObject();
            out.writeRaw('\n');
        } catch (IOException e) {
            return fault(id, e.getMessage());
        }
        return new Answer(line, kind);
    }

    static Answer err(Part id, BmesException error) {
        return of(
                id,
                Kind.ERR,
                out -> {
                    out.writeStartObject();
                    out.writeStringField("class", error.errorClass().toString());
                    if (error.offset().isPresent()) {
                        out.writeNumberField("offset", error.offset().getAsLong());
                    }
                    out.writeStringField("message", error.getMessage());
                    out.writeEndObject();
                });
    }

    static Answer fault(Part id, String reason) {
        return of(id, Kind.FAULT, out -> out.writeString(reason));
    }

    int status() {
        return kind.status;
    }

    void writeTo(OutputStream out) throws IOException {
        line.writePieces(out);
    }

    /** The bytes of a line, at most as many as the protocol allows. */
    private static final class Line extends OutputStream {
        private byte[] bytes = new byte[1024];
        private int length;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int more) throws IOException {
            if (more > LineReader.MAX_LINE - length) {
                throw new IOException("the answer is longer than a line can be");
            }
            if (length + more > bytes.length) {
                int grown = Math.min(bytes.length * 2, LineReader.MAX_LINE);
                bytes = Arrays.copyOf(bytes, Math.max(length + more, grown));
            }
            System.arraycopy(from, offset, bytes, length, more);
            length += more;
        }

        /** The JDK copies a write through native memory of the same size, so a write is small. */
        void writePieces(OutputStream out) throws IOException {
            for (int at = 0; at < length; at += LineReader.PIECE) {
                out.write(bytes, at, Math.min(LineReader.PIECE, length - at));
            }
        }
    }
}
