package dev.bmes;

/** The content of a file of versions 1 to 3. */
public record ModuleFile(ModuleRecord record, Range bytecode) implements BmesFile {}
