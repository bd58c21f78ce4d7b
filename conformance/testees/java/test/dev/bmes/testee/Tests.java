package dev.bmes.testee;

import java.nio.file.Path;

/** The unit tests. The argument is the folder of the examples. */
public final class Tests {
    private Tests() {}

    public static void main(String[] arguments) throws Exception {
        Suite suite = new Suite();
        Utf8Tests.run(suite);
        ExampleTests.run(suite, Path.of(arguments[0]));
        FileTests.run(suite);
        LawTests.run(suite);
        ProtocolTests.run(suite);
        System.exit(suite.finish());
    }
}
