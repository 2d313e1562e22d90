package dev.molink.console.fleet;

import java.util.Locale;

/** Counts of bytes as people read them. */
final class ByteText {

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final int STEP = 1024;

    private ByteText() {}

    /** Three digits at most before the unit, such as {@code 512 B}, {@code 1.5 MiB} or {@code 212 MiB}. */
    static String of(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= STEP;
            unit++;
        }
        boolean whole = unit == 0 || value >= 9.95;
        return String.format(Locale.ROOT, whole ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }
}
