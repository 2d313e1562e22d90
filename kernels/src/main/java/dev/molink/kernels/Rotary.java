package dev.molink.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cosines and sines for rotary position embedding. Every intermediate value is rounded to f32 where transformers' float
 * tensors round it; functions come from {@link StrictMath}, so all machines of a pipeline get the same bits. What was
 * computed for a position is kept. One thread at a time.
 */
public final class Rotary {

    private static final int CHUNK_POSITIONS = 16;

    private final int pairs;
    private final double base;
    private final float[] inverseFrequencies;
    private final float attentionFactor;
    private final RotaryScaling scaling;
    private final float[] lengthDependent;

    /** Finished rows by position, 16 together; null where no batch has been yet. StrictMath is slow and allocates. */
    private float[] @Nullable [] chunks = new float[16][];

    public Rotary(RotarySpec spec) {
        this.pairs = spec.width() / 2;
        this.base = spec.base();
        this.scaling = spec.scaling();
        this.inverseFrequencies = inverseFrequencies(spec);
        this.attentionFactor = attentionFactor(scaling);
        this.lengthDependent = new float[pairs];
    }

    /** Columns of the table that {@link #fill} writes. */
    public int width() {
        return 2 * pairs;
    }

    /** Angle per position of each pair, for lengths within the original context. */
    public float[] inverseFrequencies() {
        return inverseFrequencies.clone();
    }

    /** Factor on every cosine and sine; 1 except for YaRN. */
    public float attentionFactor() {
        return attentionFactor;
    }

    /**
     * Writes cosines and sines for every row of the batch.
     *
     * @param table {@code [batch rows, width]} f32: {@code width / 2} cosines, then as many sines
     */
    public void fill(StepBatch batch, MemorySegment table) {
        long offset = 0;
        for (int row = 0; row < batch.rows(); row++) {
            int position = batch.position(row);
            float[] chunk = chunk(position / CHUNK_POSITIONS);
            int from = position % CHUNK_POSITIONS * width();
            MemorySegment.copy(chunk, from, table, ValueLayout.JAVA_FLOAT_UNALIGNED, offset, width());
            offset += (long) width() * Float.BYTES;
        }
    }

    private float[] chunk(int index) {
        if (index >= chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(index + 1, 2 * chunks.length));
        }
        float[] chunk = chunks[index];
        if (chunk == null) {
            chunk = new float[CHUNK_POSITIONS * width()];
            for (int i = 0; i < CHUNK_POSITIONS; i++) {
                fillRow(index * CHUNK_POSITIONS + i, chunk, i * width());
            }
            chunks[index] = chunk;
        }
        return chunk;
    }

    private void fillRow(int position, float[] row, int at) {
        float[] frequencies = frequenciesAt(position);
        for (int i = 0; i < pairs; i++) {
            float angle = position * frequencies[i];
            row[at + i] = (float) StrictMath.cos(angle) * attentionFactor;
            row[at + pairs + i] = (float) StrictMath.sin(angle) * attentionFactor;
        }
    }

    private float[] frequenciesAt(int position) {
        if (!(scaling instanceof RotaryScaling.Dynamic dynamic) || position < dynamic.originalContext()) {
            return inverseFrequencies;
        }
        double growth = dynamic.factor() * (position + 1) / dynamic.originalContext() - (dynamic.factor() - 1);
        int width = width();
        plain(base * StrictMath.pow(growth, width / (width - 2.0)), lengthDependent);
        return lengthDependent;
    }

    private static float[] inverseFrequencies(RotarySpec spec) {
        float[] plain = new float[spec.width() / 2];
        plain(spec.base(), plain);
        return switch (spec.scaling()) {
            case RotaryScaling.None _, RotaryScaling.Dynamic _ -> plain;
            case RotaryScaling.Linear(double factor) -> divided(plain, factor);
            case RotaryScaling.Llama3 llama3 -> llama3(plain, llama3);
            case RotaryScaling.Yarn yarn -> yarn(spec, yarn);
            case RotaryScaling.Divisors(float[] divisors) -> divided(plain, divisors);
        };
    }

    /** {@code 1 / base^(2i / width)}. */
    private static void plain(double base, float[] target) {
        for (int i = 0; i < target.length; i++) {
            target[i] = 1.0f / wave(base, i, 2 * target.length);
        }
    }

    private static float wave(double base, int pair, int width) {
        float exponent = 2f * pair / width;
        return (float) StrictMath.pow(base, exponent);
    }

    private static float[] divided(float[] frequencies, double factor) {
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] /= (float) factor;
        }
        return frequencies;
    }

    private static float[] divided(float[] frequencies, float[] divisors) {
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] /= divisors[i];
        }
        return frequencies;
    }

    private static float[] llama3(float[] frequencies, RotaryScaling.Llama3 scaling) {
        float factor = (float) scaling.factor();
        float low = (float) scaling.lowFrequencyFactor();
        float high = (float) scaling.highFrequencyFactor();
        float longestKept = (float) (scaling.originalContext() / scaling.highFrequencyFactor());
        float longestRamped = (float) (scaling.originalContext() / scaling.lowFrequencyFactor());
        for (int i = 0; i < frequencies.length; i++) {
            float frequency = frequencies[i];
            float wavelength = (float) (2 * Math.PI) / frequency;
            if (wavelength > longestRamped) {
                frequencies[i] = frequency / factor;
            } else if (wavelength >= longestKept) {
                float smooth = (scaling.originalContext() / wavelength - low) / (high - low);
                frequencies[i] = (1 - smooth) * frequency / factor + smooth * frequency;
            }
        }
        return frequencies;
    }

    private static float[] yarn(RotarySpec spec, RotaryScaling.Yarn scaling) {
        int width = spec.width();
        double first = Math.max(turns(scaling.betaFast(), spec, scaling), 0);
        double last = Math.min(turns(scaling.betaSlow(), spec, scaling), width - 1.0);
        if (scaling.truncate()) {
            first = Math.floor(first);
            last = Math.ceil(last);
        }
        if (first == last) {
            last += 0.001;
        }
        float[] frequencies = new float[width / 2];
        for (int i = 0; i < frequencies.length; i++) {
            float wave = wave(spec.base(), i, width);
            float ramp = Math.clamp((i - (float) first) / (float) (last - first), 0f, 1f);
            float kept = 1 - ramp;
            float interpolated = 1.0f / ((float) scaling.factor() * wave);
            frequencies[i] = interpolated * (1 - kept) + 1.0f / wave * kept;
        }
        return frequencies;
    }

    /** The dimension whose pair turns {@code rotations} times within the original context. */
    private static double turns(double rotations, RotarySpec spec, RotaryScaling.Yarn scaling) {
        double ratio = scaling.originalContext() / (rotations * 2 * Math.PI);
        return spec.width() * StrictMath.log(ratio) / (2 * StrictMath.log(spec.base()));
    }

    private static float attentionFactor(RotaryScaling scaling) {
        if (!(scaling instanceof RotaryScaling.Yarn yarn)) {
            return 1;
        }
        Double given = yarn.attentionFactor();
        if (given != null) {
            return given.floatValue();
        }
        if (yarn.mscale() != 0 && yarn.mscaleAllDim() != 0) {
            return (float) (mscale(yarn.factor(), yarn.mscale()) / mscale(yarn.factor(), yarn.mscaleAllDim()));
        }
        return (float) mscale(yarn.factor(), 1);
    }

    private static double mscale(double factor, double mscale) {
        return factor <= 1 ? 1 : 0.1 * mscale * StrictMath.log(factor) + 1;
    }
}
