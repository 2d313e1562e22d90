package dev.molink.kernels;

/** The upper half of a binary32. */
final class Bf16 {

    private static final int QUIET_NAN = 0x7FC0;

    private Bf16() {}

    static float toFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** Rounds to the nearest, halfway cases to the even one; too large ones become infinite, and NaN stays NaN. */
    static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | QUIET_NAN);
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }
}
