package dev.molink.stagenode.sampling;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/** One row of logits to work on, {@code [vocabularySize]} f32: a copy, which the rules of its sequence change. */
final class LogitRow {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final float[] logits;

    LogitRow(int vocabularySize) {
        logits = new float[vocabularySize];
    }

    int vocabularySize() {
        return logits.length;
    }

    /** The values themselves, by token id; read only outside this class. */
    float[] logits() {
        return logits;
    }

    /**
     * Copies row {@code row} of {@code values}, {@code [rows, vocabularySize]} f32, little-endian, row-major.
     *
     * @throws BadLogitsException if a logit is not a number or plus infinity, or if all are minus infinity
     */
    void load(MemorySegment values, int row) throws BadLogitsException {
        MemorySegment.copy(values, FLOAT, (long) row * logits.length * Float.BYTES, logits, 0, logits.length);
        float largest = largest();
        if (largest == Float.NEGATIVE_INFINITY) {
            throw new BadLogitsException("all %d logits are minus infinity".formatted(logits.length));
        }
        if (!(largest < Float.POSITIVE_INFINITY)) {
            int id = firstBad();
            throw new BadLogitsException("the logit of token %d is %s".formatted(id, logits[id]));
        }
    }

    private int firstBad() {
        int id = 0;
        while (logits[id] < Float.POSITIVE_INFINITY) {
            id++;
        }
        return id;
    }

    /** Not a number if a logit is not; minus infinity if every token is out of the question. */
    float largest() {
        float largest = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        return largest;
    }

    /** The lowest id with this logit, which must be there. */
    int firstOf(float logit) {
        int id = 0;
        while (logits[id] != logit) {
            id++;
        }
        return id;
    }

    float logit(int id) throws BadLogitsException {
        return logits[checked(id)];
    }

    void set(int id, float logit) throws BadLogitsException {
        logits[checked(id)] = logit;
    }

    /** Puts every token out of the question whose bit is not set; tokens beyond the last word are. */
    void keepOnly(long[] allowed) {
        int covered = (int) Math.min((long) allowed.length * Long.SIZE, logits.length);
        for (int first = 0, word = 0; first < covered; first += Long.SIZE, word++) {
            keepOnly(allowed[word], first, Math.min(first + Long.SIZE, covered));
        }
        Arrays.fill(logits, covered, logits.length, Float.NEGATIVE_INFINITY);
    }

    private void keepOnly(long allowed, int first, int end) {
        if (allowed == -1L) {
            return;
        }
        if (allowed == 0) {
            Arrays.fill(logits, first, end, Float.NEGATIVE_INFINITY);
            return;
        }
        for (long out = ~allowed; out != 0; out &= out - 1) {
            int id = first + Long.numberOfTrailingZeros(out);
            if (id >= end) {
                return;
            }
            logits[id] = Float.NEGATIVE_INFINITY;
        }
    }

    private int checked(int id) throws BadLogitsException {
        if (id < 0 || id >= logits.length) {
            throw new BadLogitsException(
                    "token %d is named, but the vocabulary ends with %d".formatted(id, logits.length - 1));
        }
        return id;
    }
}
