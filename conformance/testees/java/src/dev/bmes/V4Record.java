package dev.bmes;

import java.util.List;
import java.util.Objects;

/**
 * A module record of version 4. A name, a specifier, a key or a value is the index of a string in
 * {@code strings}. An index is a {@code long}, so that a record can hold every wrong index that a
 * writer rejects.
 *
 * @param alignment the alignment of the bytecode in the file
 * @param tolerantImports indices of imports
 * @param starExports indices of requests
 * @param environment {@code null} if the record has none
 */
public record V4Record(
        Flags flags,
        long alignment,
        Digest producer,
        Source source,
        List<String> strings,
        List<Request> requests,
        List<Import> imports,
        List<Export> exports,
        List<Long> tolerantImports,
        List<Long> starExports,
        Environment environment) {

    /** The absent index of a record. A file holds it as 4294967295. */
    public static final long NONE = Long.MIN_VALUE;

    public V4Record {
        Objects.requireNonNull(flags);
        Objects.requireNonNull(producer);
        Objects.requireNonNull(source);
        strings = List.copyOf(strings);
        requests = List.copyOf(requests);
        imports = List.copyOf(imports);
        exports = List.copyOf(exports);
        tolerantImports = List.copyOf(tolerantImports);
        starExports = List.copyOf(starExports);
    }

    /** The flags of the module. The flag of the environment follows from the environment. */
    public record Flags(boolean topLevelAwait, boolean importMeta, boolean typescript) {}

    /** The size of the source in bytes, and its SHA-256 digest. */
    public record Source(long size, Digest digest) {
        public Source {
            Objects.requireNonNull(digest);
        }
    }

    /** The phase of a request; {@code ordinal()} is its number in the file. */
    public enum Phase {
        EVALUATION,
        SOURCE,
        DEFER
    }

    /** A module that the module requests. */
    public record Request(long specifier, Phase phase, List<Attribute> attributes) {
        public Request {
            Objects.requireNonNull(phase);
            attributes = List.copyOf(attributes);
        }
    }

    /** An attribute of a request. */
    public record Attribute(long key, long value) {}

    /** An import entry; {@code importName} can be {@link #NONE}. */
    public record Import(long localName, long request, long importName) {}

    /** An export entry; {@code request} and {@code name} can be {@link #NONE}. */
    public record Export(long exportName, long request, long name) {}

    /** The variables and features that only the engine interprets. */
    public record Environment(
            List<Variable> declaredVariables,
            List<Variable> lexicalVariables,
            long codeFeatures,
            long lexicalFeatures) {
        public Environment {
            declaredVariables = List.copyOf(declaredVariables);
            lexicalVariables = List.copyOf(lexicalVariables);
        }
    }

    /** A variable; {@code bits} is unsigned, from 0 to 4294967295. */
    public record Variable(long name, long bits) {}
}
