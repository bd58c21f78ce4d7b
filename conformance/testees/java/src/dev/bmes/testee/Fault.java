package dev.bmes.testee;

/** A request that the testee cannot read or answer. It says nothing about a file or a record. */
final class Fault extends Exception {
    private static final long serialVersionUID = 1L;

    Fault(String message) {
        super(message, null, false, false);
    }
}
