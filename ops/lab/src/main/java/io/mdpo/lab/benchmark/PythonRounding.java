package io.mdpo.lab.benchmark;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Rounds as Python's {@code round}, which the reference implementations report with. */
public final class PythonRounding {
    private PythonRounding() {}

    /** The nearest decimal number to the exact binary value; of two equally near ones the even one. */
    public static double round(double value, int decimals) {
        return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).doubleValue();
    }
}
