package dev.bmes;

/** The operations on files of all versions of BMES. All methods are safe for several threads. */
public final class Bmes {
    static final long MAGIC = 0x424D_4553L;
    private static final int LATEST_VERSION = 4;

    private Bmes() {}

    /** Returns the version of a file, from 1 to 4. It reads only the first eight bytes. */
    public static int identify(byte[] file) throws BmesException {
        if (file.length < 4) {
            throw fail(ErrorClass.TRUNCATED, 0, "the file ends in the magic");
        }
        if (U32.get(file, 0) != MAGIC) {
            throw fail(ErrorClass.BAD_MAGIC, 0, "not a BMES file");
        }
        if (file.length < 8) {
            throw fail(ErrorClass.TRUNCATED, 4, "the file ends in the version");
        }
        long version = U32.get(file, 4);
        if (version < 1 || version > LATEST_VERSION) {
            throw fail(ErrorClass.UNSUPPORTED_VERSION, 4, "an unknown version");
        }
        return (int) version;
    }

    /** Returns the record of a file, and the positions of its other parts. */
    public static BmesFile decode(byte[] file) throws BmesException {
        return identify(file) == 4 ? V4Reader.read(file).toFile() : new ModuleReader(file).read();
    }

    /** Rejects a file whose record must not be linked or, in version 4, that is damaged. */
    public static void check(byte[] file) throws BmesException {
        if (identify(file) == 4) {
            V4Checker.checkFile(file);
        } else {
            ModuleChecker.checkFile(file);
        }
    }

    /** Returns the canonical file of versions 1 to 3 for a record and its bytecode. */
    public static byte[] encode(ModuleRecord record, byte[] bytecode) throws BmesException {
        return ModuleWriter.write(record, bytecode);
    }

    /**
     * Returns the canonical file of version 4 for a record, its text and its bytecode. An empty
     * array means that there is no text or no bytecode.
     */
    public static byte[] encode(V4Record record, byte[] text, byte[] bytecode)
            throws BmesException {
        return V4Writer.write(record, text, bytecode);
    }

    /** Rejects a file of version 4 that is from another producer or another source. */
    public static void match(byte[] file, Digest producer, GivenSource source)
            throws BmesException {
        V4Header header = V4Header.open(file);
        if (!header.producer.equals(producer)) {
            throw fail(ErrorClass.OTHER_PRODUCER, V4Header.PRODUCER_AT, "another producer");
        }
        source.match(header);
    }

    private static BmesException fail(ErrorClass errorClass, long offset, String message) {
        return BmesException.inFile(errorClass, offset, message);
    }
}
