package dev.molink.stagenode.sampling;

/** Parameters as they were written. */
final class Decimals {

    private Decimals() {}

    /**
     * The number that somebody wrote who is given as a float: 0.3 and not 0.30000001192…, so that ten equal tokens and a
     * top-p of 0.3 leave three.
     */
    static double written(float value) {
        return Double.parseDouble(Float.toString(value));
    }
}
