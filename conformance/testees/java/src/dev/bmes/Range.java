package dev.bmes;

/** The position of a part of a file, in bytes from the start of the file, and its length. */
public record Range(long offset, long length) {}
