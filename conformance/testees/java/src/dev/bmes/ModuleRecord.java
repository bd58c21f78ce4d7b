package dev.bmes;

import java.util.List;
import java.util.Objects;

/**
 * A module record of versions 1 to 3.
 *
 * @param version the version of the file, or the version to write
 * @param engineData the part that only version 3 has; {@code null} for versions 1 and 2
 */
public record ModuleRecord(
        long version,
        List<Request> requests,
        List<Import> imports,
        List<Export> exports,
        List<String> starExports,
        EngineData engineData) {

    public ModuleRecord {
        requests = List.copyOf(requests);
        imports = List.copyOf(imports);
        exports = List.copyOf(exports);
        starExports = List.copyOf(starExports);
    }

    /** A module that the module requests. */
    public record Request(String specifier, List<Attribute> attributes) {
        public Request {
            Objects.requireNonNull(specifier);
            attributes = List.copyOf(attributes);
        }
    }

    /** An attribute of a request. */
    public record Attribute(String key, String value) {
        public Attribute {
            Objects.requireNonNull(key);
            Objects.requireNonNull(value);
        }
    }

    /** The type of an import entry; {@code ordinal()} is its number in the file. */
    public enum ImportType {
        SINGLE,
        SINGLE_TYPESCRIPT,
        NAMESPACE
    }

    /** An import entry. */
    public record Import(
            ImportType type, String moduleRequest, String importName, String localName) {
        public Import {
            Objects.requireNonNull(type);
            Objects.requireNonNull(moduleRequest);
            Objects.requireNonNull(importName);
            Objects.requireNonNull(localName);
        }
    }

    /** The type of an export entry; {@code ordinal()} is its number in the file. */
    public enum ExportType {
        LOCAL,
        INDIRECT,
        NAMESPACE
    }

    /** An export entry. Fields that do not apply to the type are empty in a valid record. */
    public record Export(
            ExportType type,
            String exportName,
            String moduleName,
            String importName,
            String localName) {
        public Export {
            Objects.requireNonNull(type);
            Objects.requireNonNull(exportName);
            Objects.requireNonNull(moduleName);
            Objects.requireNonNull(importName);
            Objects.requireNonNull(localName);
        }
    }

    /** The variables and features of version 3, which only the engine interprets. */
    public record EngineData(
            List<Variable> declaredVariables, List<Variable> lexicalVariables, long codeFeatures) {
        public EngineData {
            declaredVariables = List.copyOf(declaredVariables);
            lexicalVariables = List.copyOf(lexicalVariables);
        }
    }

    /** A variable; {@code bits} is unsigned, from 0 to 4294967295. */
    public record Variable(String name, long bits) {
        public Variable {
            Objects.requireNonNull(name);
        }
    }
}
