package dev.bmes.testee;

import dev.bmes.BmesException;
import dev.bmes.ErrorClass;
import java.util.Locale;

/** The names of types and phases in JSON, such as {@code single-typescript}. */
final class Names {
    private Names() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the constant with this name. A record cannot hold another type or phase. */
    static <E extends Enum<E>> E find(E[] constants, String name) throws BmesException {
        for (E constant : constants) {
            if (of(constant).equals(name)) {
                return constant;
            }
        }
        throw BmesException.inRecord(ErrorClass.BAD_TYPE, "an unknown type or phase");
    }
}
