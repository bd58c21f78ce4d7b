package dev.bmes.testee;

import dev.bmes.BmesException;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The testee: it answers the requests of the conformance protocol on standard input or, with an
 * operation as its argument, one request.
 */
public final class Main {
    private static final long MAX_ID = (1L << 53) - 1;

    private Main() {}

    public static void main(String[] arguments) throws IOException {
        // System.out would encode characters, and does not report a closed pipe.
        InputStream in = new FileInputStream(FileDescriptor.in);
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        if (arguments.length > 0) {
            System.exit(answerOne(arguments[arguments.length - 1], in, out));
        }
        serve(in, out);
    }

    /** Answers the request of one-shot mode, and returns the exit status. */
    static int answerOne(String op, InputStream in, OutputStream out) throws IOException {
        Answer answer = answer(Answer.NO_ID, () -> oneShot(op, in), op);
        answer.writeTo(out);
        return answer.status();
    }

    /** Answers requests, one a line, until {@code bye} or the end of the input. */
    static void serve(InputStream in, OutputStream out) throws IOException {
        LineReader lines = new LineReader(in);
        for (Answer answer; (answer = next(lines)) != null; ) {
            answer.writeTo(out);
        }
    }

    /** Returns the answer to the next line, or {@code null} at {@code bye} and at the end. */
    private static Answer next(LineReader lines) throws IOException {
        Request request;
        long id;
        try {
            byte[] line = lines.next();
            if (line == null) {
                return null;
            }
            request = Request.parse(line);
            id = request.integer("id");
            if (id < 0 || id > MAX_ID) {
                throw new Fault("id is not an integer from 0 to 2^53 - 1");
            }
        } catch (Fault e) {
            return Answer.fault(Answer.NULL_ID, e.getMessage());
        } catch (OutOfMemoryError e) {
            return Answer.fault(Answer.NULL_ID, e.toString());
        }
        String op;
        try {
            op = request.text("op");
        } catch (Fault e) {
            return Answer.fault(Answer.id(id), e.getMessage());
        }
        return op.equals("bye") ? null : answer(Answer.id(id), () -> run(op, request), op);
    }

    /** An operation; {@code null} as its result means that the testee does not know it. */
    private interface Operation {
        Answer.Part run() throws IOException, Fault, BmesException;
    }

    private static Answer answer(Answer.Part id, Operation operation, String op) {
        try {
            Answer.Part value = operation.run();
            return value != null
                    ? Answer.of(id, Answer.Kind.OK, value)
                    : Answer.of(
                            id,
                            Answer.Kind.UNSUPPORTED,
                            out -> out.writeString("no operation " + op));
        } catch (BmesException e) {
            return Answer.err(id, e);
        } catch (Fault e) {
            return Answer.fault(id, e.getMessage());
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            return Answer.fault(id, e.toString());
        }
    }

    private static Answer.Part run(String op, Request request)
            throws IOException, Fault, BmesException {
        return switch (op) {
            case "hello" -> {
                if (!request.isMissing("protocol")) {
                    request.integer("protocol");
                }
                yield Operations::hello;
            }
            case "identify" -> Operations.identify(request.hex("hex"));
            case "decode" -> Operations.decode(request.hex("hex"));
            case "check" -> Operations.check(request.hex("hex"));
            case "encode" -> Operations.encode(request);
            case "match" -> Operations.match(request);
            default -> null;
        };
    }

    private static Answer.Part oneShot(String op, InputStream in)
            throws IOException, Fault, BmesException {
        return switch (op) {
            case "hello" -> Operations::hello;
            case "identify" -> Operations.identify(file(in));
            case "decode" -> Operations.decode(file(in));
            case "check" -> Operations.check(file(in));
            case "encode" -> Operations.encode(request(in));
            case "match" -> Operations.match(request(in));
            default -> null;
        };
    }

    private static byte[] file(InputStream in) throws IOException {
        // FileInputStream.readAllBytes of Java 17 asks for a position, which a pipe does not have.
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        in.transferTo(file);
        return file.toByteArray();
    }

    private static Request request(InputStream in) throws IOException, Fault {
        byte[] line = new LineReader(in).next();
        if (line == null) {
            throw new Fault("standard input has no request");
        }
        return Request.parse(line);
    }
}
