package dev.molink.stagenode.sampling;

import java.util.Arrays;

/**
 * The tokens that are still in question for one row of logits, by rising id, with their weights; the filters shrink
 * them. Arrays are sized once for the vocabulary; nothing is allocated per row.
 */
final class Candidates {

    private static final int BLOCK = 512;

    /** Up to this k a heap of the k largest is the faster way to the k-th; few logits ever enter it. */
    private static final int LARGEST_HEAP = 256;

    private final int[] ids;
    private final long[] weights;
    private final double[] ranks;
    private final double[] exponents = new double[BLOCK];
    private final float[] heap = new float[LARGEST_HEAP];
    private final TokenWeights scale;
    private final MassCut cut;
    private int count;
    private long total;

    Candidates(int vocabularySize) {
        ids = new int[vocabularySize];
        weights = new long[vocabularySize];
        ranks = new double[vocabularySize];
        scale = new TokenWeights(vocabularySize);
        cut = new MassCut(vocabularySize);
    }

    int count() {
        return count;
    }

    int id(int index) {
        return ids[index];
    }

    double probability(int index) {
        return (double) weights[index] / total;
    }

    /** Natural logarithm of the sum of {@code e^exponent} over the candidates. */
    double logOfTotal() {
        return StrictMath.log(scale.value(total));
    }

    /**
     * Takes the tokens whose logit is at least {@code floor} and, with {@code topK} above 0, at least the k-th largest;
     * minus infinity never is.
     */
    void take(float[] logits, double floor, int topK) {
        float smallest = roundedUp(Math.max(floor, -Float.MAX_VALUE));
        if (topK > 0 && topK <= LARGEST_HEAP && topK < logits.length) {
            smallest = Math.max(smallest, kthLargest(logits, topK));
        }
        count = 0;
        for (int id = 0; id < logits.length; id++) {
            ids[count] = id;
            count += logits[id] >= smallest ? 1 : 0;
        }
        if (topK > LARGEST_HEAP && topK < count) {
            keepTopK(logits, topK);
        }
    }

    private static float roundedUp(double value) {
        float nearest = (float) value;
        return nearest < value ? Math.nextUp(nearest) : nearest;
    }

    /** The root of a heap that holds the {@code k} largest logits. */
    private float kthLargest(float[] logits, int k) {
        System.arraycopy(logits, 0, heap, 0, k);
        for (int parent = k / 2 - 1; parent >= 0; parent--) {
            sink(parent, k);
        }
        for (int id = k; id < logits.length; id++) {
            if (logits[id] > heap[0]) {
                heap[0] = logits[id];
                sink(0, k);
            }
        }
        return heap[0];
    }

    private void sink(int parent, int size) {
        float value = heap[parent];
        for (int child = 2 * parent + 1; child < size; child = 2 * parent + 1) {
            if (child + 1 < size && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= value) {
                break;
            }
            heap[parent] = heap[child];
            parent = child;
        }
        heap[parent] = value;
    }

    private void keepTopK(float[] logits, int topK) {
        Arrays.fill(weights, 0, count, 1);
        rankByLogit(logits);
        cut.find(ranks, weights, count, topK);
        keepUpTo(cut.rank(), count);
    }

    /** Weighs the candidates by {@code e^((logit − largest) · inverseTemperature)}. */
    void weigh(float[] logits, float largest, double inverseTemperature) {
        for (int first = 0; first < count; first += BLOCK) {
            int size = Math.min(BLOCK, count - first);
            for (int i = 0; i < size; i++) {
                exponents[i] = ((double) logits[ids[first + i]] - largest) * inverseTemperature;
            }
            scale.weigh(exponents, size, weights, first);
        }
        sumUp();
    }

    private void sumUp() {
        total = 0;
        for (int i = 0; i < count; i++) {
            total += weights[i];
        }
    }

    /**
     * Keeps, by falling logit and among equals the lower id first, each token whose predecessors have less than {@code
     * topP} of the mass; the first always stays.
     */
    void keepTopP(float[] logits, double topP) {
        rankByLogit(logits);
        cut.find(ranks, weights, count, topP * total);
        keepUpTo(cut.rank(), cut.equals());
        sumUp();
    }

    private void rankByLogit(float[] logits) {
        for (int i = 0; i < count; i++) {
            ranks[i] = -logits[ids[i]];
        }
    }

    /**
     * Keeps, by rising distance of their surprise {@code −ln p} from the entropy, tokens until they have {@code
     * typicalP} of the mass, and all that are as far as the last of them. C. Meister, T. Pimentel, G. Wiher, R. Cotterell,
     * "Locally typical sampling", TACL 2023, section 4.
     */
    void keepTypicalP(float[] logits, float largest, double inverseTemperature, double typicalP) {
        double logTotal = logOfTotal();
        double entropy = 0;
        for (int i = 0; i < count; i++) {
            ranks[i] = logTotal - ((double) logits[ids[i]] - largest) * inverseTemperature;
            entropy += weights[i] * ranks[i];
        }
        entropy /= total;
        for (int i = 0; i < count; i++) {
            ranks[i] = Math.abs(ranks[i] - entropy);
        }
        cut.find(ranks, weights, count, typicalP * total);
        keepUpTo(cut.rank(), count);
        sumUp();
    }

    private void keepUpTo(double rank, int equals) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (ranks[i] < rank || (ranks[i] == rank && equals-- > 0)) {
                ids[kept] = ids[i];
                weights[kept++] = weights[i];
            }
        }
        count = kept;
    }

    /** The candidate at {@code uniform}, which is of [0, 2⁶⁴) and read as unsigned, when their weights stand in a row. */
    int draw(long uniform) {
        long target = Math.unsignedMultiplyHigh(uniform, total);
        int index = 0;
        for (long mass = weights[0]; mass <= target; mass += weights[index]) {
            index++;
        }
        return ids[index];
    }
}
