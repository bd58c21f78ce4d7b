package dev.bmes;

/** The content of a file that a reader accepts. */
public sealed interface BmesFile permits ModuleFile, V4File {
    /** Returns the position of the bytecode. */
    Range bytecode();
}
