package dev.bmes.testee;

import dev.bmes.BmesException;
import dev.bmes.ErrorClass;
import java.util.Objects;

/** A runner of named tests, and their assertions. */
final class Suite {
    private int tests;
    private int failures;

    /** A test; it throws to fail. */
    interface Test {
        void run() throws Exception;
    }

    /** Runs a test, and prints its name only if it fails. */
    void test(String name, Test test) {
        tests++;
        try {
            test.run();
        } catch (Exception | AssertionError e) {
            failures++;
            System.out.println("FAILED " + name + ": " + e);
        }
    }

    /** Prints the result, and returns the exit status. */
    int finish() {
        System.out.println(tests + " tests, " + failures + " failed");
        return failures == 0 ? 0 : 1;
    }

    static void equal(Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError("expected " + expected + ", but got " + actual);
        }
    }

    /** Asserts the class and the offset of an error; an offset of -1 means that it has none. */
    static void rejects(ErrorClass errorClass, long offset, Test test) throws Exception {
        try {
            test.run();
        } catch (BmesException e) {
            equal(errorClass + " at " + offset, e.errorClass() + " at " + e.offset().orElse(-1));
            return;
        }
        throw new AssertionError("expected " + errorClass + ", but got no error");
    }
}
