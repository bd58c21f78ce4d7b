package dev.bmes;

import dev.bmes.ModuleRecord.Attribute;
import dev.bmes.ModuleRecord.EngineData;
import dev.bmes.ModuleRecord.Export;
import dev.bmes.ModuleRecord.Import;
import dev.bmes.ModuleRecord.ImportType;
import dev.bmes.ModuleRecord.Request;
import dev.bmes.ModuleRecord.Variable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A writer of one file of versions 1 to 3. */
final class ModuleWriter {
    private static final Comparator<Attribute> BY_KEY =
            new Comparator<>() {
                @Override
                public int compare(Attribute a, Attribute b) {
                    return Utf8.compare(a.key(), b.key());
                }
            };

    private final Output out = new Output();

    private ModuleWriter() {}

    static byte[] write(ModuleRecord record, byte[] bytecode) throws BmesException {
        long version = record.version();
        if (version < 1 || version > 3) {
            throw unsupported("the version is not 1, 2 or 3");
        }
        if ((version == 3) != (record.engineData() != null)) {
            throw unsupported("version 3, and no other, has variables and code features");
        }
        ModuleChecker.checkRecord(record);
        return new ModuleWriter().writeFile(record, bytecode);
    }

    private byte[] writeFile(ModuleRecord record, byte[] bytecode) throws BmesException {
        out.u32(Bmes.MAGIC);
        out.u32(record.version());
        if (record.version() > 1) {
            // The metadata decides bytecode_offset, which is written below.
            out.u32(0);
            out.u32(bytecode.length);
        }

        out.u32(record.requests().size());
        for (Request request : record.requests()) {
            out.string(request.specifier());
            attributes(request.attributes());
        }
        out.u32(record.imports().size());
        for (Import entry : record.imports()) {
            out.u32(entry.type().ordinal());
            out.string(entry.moduleRequest());
            // writer-namespace: the record's own string is not written.
            out.string(entry.type() == ImportType.NAMESPACE ? "*" : entry.importName());
            out.string(entry.localName());
        }
        out.u32(record.exports().size());
        for (Export entry : record.exports()) {
            out.u32(entry.type().ordinal());
            out.string(entry.exportName());
            out.string(entry.moduleName());
            out.string(entry.importName());
            out.string(entry.localName());
        }
        out.u32(record.starExports().size());
        for (String specifier : record.starExports()) {
            out.string(specifier);
        }
        if (record.engineData() != null) {
            engineData(record.engineData());
        }

        if (record.version() == 1) {
            out.u32(bytecode.length);
        } else {
            out.align(8);
            // A Java array is shorter than 2^31 bytes, so the offset fits its field.
            out.u32At(8, out.length());
        }
        out.append(bytecode);
        return out.toArray();
    }

    private void attributes(List<Attribute> attributes) throws BmesException {
        if (attributes.isEmpty()) {
            out.u32(0);
            return;
        }
        out.u32(1);
        out.u32(attributes.size());
        List<Attribute> sorted = new ArrayList<>(attributes);
        sorted.sort(BY_KEY);
        for (Attribute attribute : sorted) {
            out.string(attribute.key());
            out.string(attribute.value());
        }
    }

    private void engineData(EngineData data) throws BmesException {
        variables(data.declaredVariables());
        variables(data.lexicalVariables());
        out.u32(data.codeFeatures());
    }

    private void variables(List<Variable> variables) throws BmesException {
        out.u32(variables.size());
        for (Variable variable : variables) {
            out.string(variable.name());
            out.u32(variable.bits());
        }
    }

    private static BmesException unsupported(String message) {
        return BmesException.inRecord(ErrorClass.UNSUPPORTED_VERSION, message);
    }
}
