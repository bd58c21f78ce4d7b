package dev.bmes;

/**
 * The content of a file of version 4.
 *
 * @param text the position of the text; {@code null} if the file has no text
 */
public record V4File(V4Record record, Range text, Range bytecode) implements BmesFile {}
