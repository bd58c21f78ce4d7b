package dev.bmes;

import dev.bmes.ModuleRecord.Attribute;
import dev.bmes.ModuleRecord.Export;
import dev.bmes.ModuleRecord.ExportType;
import dev.bmes.ModuleRecord.Import;
import dev.bmes.ModuleRecord.Request;
import dev.bmes.ModuleRecord.Variable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules of section 6 for records of versions 1 to 3, in the order that check-choice gives.
 *
 * <p>The hash of {@code String} is public, so the author of a file can craft names with equal
 * hashes. {@code HashMap} keeps such keys in a tree ordered by {@code compareTo}, because strings
 * are comparable: a lookup takes logarithmic time. All keys of this class are therefore strings.
 * Well-formed strings are equal if and only if their UTF-8 is equal (check-bytes).
 */
final class ModuleChecker {
    private static final Comparator<Attribute> BY_KEY_AND_VALUE =
            new Comparator<>() {
                @Override
                public int compare(Attribute a, Attribute b) {
                    int order = a.key().compareTo(b.key());
                    return order != 0 ? order : a.value().compareTo(b.value());
                }
            };

    private final ModuleRecord record;
    private final int[] entryStarts;
    private final Map<String, Integer> requestsOf = new HashMap<>();

    /** The index in {@code entryStarts} of the entry that the checker looks at. */
    private int entry;

    private ModuleChecker(ModuleRecord record, int[] entryStarts) {
        this.record = record;
        this.entryStarts = entryStarts;
    }

    /** Checks a file. */
    static void checkFile(byte[] file) throws BmesException {
        ModuleReader reader = new ModuleReader(file);
        ModuleFile decoded = reader.read();
        new ModuleChecker(decoded.record(), reader.entryStarts()).check();
    }

    /** Checks a record that is not from a file, so that errors have no offset. */
    static void checkRecord(ModuleRecord record) throws BmesException {
        new ModuleChecker(record, null).check();
    }

    private void check() throws BmesException {
        checkRequests();
        checkImports();
        checkExports();
        checkStarExports();
        if (record.engineData() != null) {
            checkVariables(record.engineData().declaredVariables());
            checkVariables(record.engineData().lexicalVariables());
        }
    }

    private void checkRequests() throws BmesException {
        for (Request request : record.requests()) {
            requestsOf.merge(request.specifier(), 1, Integer::sum);
        }
        Set<String> seen = new HashSet<>();
        for (Request request : record.requests()) {
            // Requests can be equal only if they share the specifier.
            boolean isShared = requestsOf.get(request.specifier()) > 1;
            if (isShared && !seen.add(identityOf(request))) {
                throw fail(ErrorClass.DUPLICATE_REQUEST, "two requests are equal");
            }
            checkAttributes(request.attributes());
            entry++;
        }
    }

    private void checkAttributes(List<Attribute> attributes) throws BmesException {
        if (attributes.size() < 2) {
            return;
        }
        Set<String> keys = new HashSet<>();
        for (Attribute attribute : attributes) {
            if (!keys.add(attribute.key())) {
                throw fail(ErrorClass.DUPLICATE_ATTRIBUTE, "a request has a key twice");
            }
        }
    }

    /**
     * Returns a string that is the same for two requests if and only if they have the same
     * specifier and the same multiset of attributes (attribute-sets). The lengths show where each
     * part ends.
     */
    private static String identityOf(Request request) {
        StringBuilder identity = new StringBuilder();
        appendPart(identity, request.specifier());
        List<Attribute> attributes = new ArrayList<>(request.attributes());
        attributes.sort(BY_KEY_AND_VALUE);
        for (Attribute attribute : attributes) {
            appendPart(identity, attribute.key());
            appendPart(identity, attribute.value());
        }
        return identity.toString();
    }

    private static void appendPart(StringBuilder identity, String part) {
        identity.append(part.length()).append(':').append(part);
    }

    private void checkImports() throws BmesException {
        Set<String> localNames = new HashSet<>();
        for (Import entry : record.imports()) {
            mustNameRequest(entry.moduleRequest());
            mustHaveLocalName(entry.localName());
            mustBeNew(entry.localName(), localNames, ErrorClass.DUPLICATE_LOCAL_NAME);
            this.entry++;
        }
    }

    private void checkExports() throws BmesException {
        Set<String> exportNames = new HashSet<>();
        for (Export entry : record.exports()) {
            boolean isLocal = entry.type() == ExportType.LOCAL;
            if (isLocal) {
                mustHaveLocalName(entry.localName());
            } else {
                mustNameRequest(entry.moduleName());
            }
            mustBeNew(entry.exportName(), exportNames, ErrorClass.DUPLICATE_EXPORT_NAME);
            boolean isMisplaced =
                    isLocal && !entry.moduleName().isEmpty()
                            || !isLocal && !entry.localName().isEmpty()
                            || entry.type() != ExportType.INDIRECT && !entry.importName().isEmpty();
            if (isMisplaced) {
                throw fail(ErrorClass.MISPLACED_FIELD, "a field that does not apply holds text");
            }
            this.entry++;
        }
    }

    private void checkStarExports() throws BmesException {
        Set<String> names = new HashSet<>();
        for (String specifier : record.starExports()) {
            mustNameRequest(specifier);
            mustBeNew(specifier, names, ErrorClass.DUPLICATE_STAR_EXPORT);
            entry++;
        }
    }

    private void checkVariables(List<Variable> variables) throws BmesException {
        Set<String> names = new HashSet<>();
        for (Variable variable : variables) {
            mustBeNew(variable.name(), names, ErrorClass.DUPLICATE_VARIABLE);
            entry++;
        }
    }

    private void mustNameRequest(String specifier) throws BmesException {
        Integer requests = requestsOf.get(specifier);
        if (requests == null) {
            throw fail(ErrorClass.UNREQUESTED_MODULE, "no request has this specifier");
        }
        // No two requests are equal here, so several requests differ in their attributes.
        if (requests > 1) {
            throw fail(ErrorClass.AMBIGUOUS_REQUEST, "several requests have this specifier");
        }
    }

    private void mustHaveLocalName(String localName) throws BmesException {
        if (localName.isEmpty()) {
            throw fail(ErrorClass.MISSING_LOCAL_NAME, "the local name is empty");
        }
    }

    private void mustBeNew(String name, Set<String> names, ErrorClass errorClass)
            throws BmesException {
        if (!names.add(name)) {
            throw fail(errorClass, "an entry before this one has the same name");
        }
    }

    private BmesException fail(ErrorClass errorClass, String message) {
        return entryStarts == null
                ? BmesException.inRecord(errorClass, message)
                : BmesException.inFile(errorClass, entryStarts[entry], message);
    }
}
