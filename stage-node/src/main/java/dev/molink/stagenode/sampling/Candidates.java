package dev.molink.stagenode.sampling;

import java.util.Arrays;

/**
 * The tokens that are still in question for one row of logits, by rising id, with their weights; the filters shrink
 * them. Arrays are sized once for the vocabulary; nothing is allocated per row.
 */
final class Candidates {

    private static final int BLOCK = 512;

    /** Up to this k a heap of the k largest is the faster way to the k-th; few logits ever enter it. */
    private static final int LARGEST_HEAP = 2048;

    private static final double ROUNDING_MARGIN = 1 - 1e-9;

    private final int[] ids;
    private final long[] weights;
    private final double[] ranks;
    private final double[] exponents = new double[BLOCK];
    private final int[] heap = new int[LARGEST_HEAP];
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
    void take(LogitRow row, double floor, int topK) {
        int smallest = LogitRow.key(roundedUp(Math.max(floor, -Float.MAX_VALUE)));
        if (topK > 0 && topK <= LARGEST_HEAP && topK < row.vocabularySize()) {
            smallest = Math.max(smallest, kthLargest(row, topK));
        }
        count = 0;
        for (int block = 0; block < row.blocks(); block++) {
            if (row.lowestKey(block) >= smallest) {
                takeAll(block * LogitRow.BLOCK, row.blockEnd(block));
            } else if (row.highestKey(block) >= smallest) {
                takeSome(row.keys(), block * LogitRow.BLOCK, row.blockEnd(block), smallest);
            }
        }
        if (topK > LARGEST_HEAP && topK < count) {
            keepTopK(row.logits(), topK);
        }
    }

    private static float roundedUp(double value) {
        float nearest = (float) value;
        return nearest < value ? Math.nextUp(nearest) : nearest;
    }

    private void takeAll(int first, int end) {
        for (int i = 0; i < end - first; i++) {
            ids[count + i] = first + i;
        }
        count += end - first;
    }

    private void takeSome(int[] keys, int first, int end, int smallest) {
        for (int id = first; id < end; id++) {
            if (keys[id] >= smallest) {
                ids[count++] = id;
            }
        }
    }

    /** The key at the root of a heap that holds the {@code k} largest. */
    private int kthLargest(LogitRow row, int k) {
        int[] keys = row.keys();
        System.arraycopy(keys, 0, heap, 0, k);
        for (int parent = k / 2 - 1; parent >= 0; parent--) {
            sink(parent, k);
        }
        for (int block = k / LogitRow.BLOCK; block < row.blocks(); block++) {
            if (row.highestKey(block) > heap[0]) {
                int end = row.blockEnd(block);
                for (int id = Math.max(k, block * LogitRow.BLOCK); id < end; id++) {
                    if (keys[id] > heap[0]) {
                        heap[0] = keys[id];
                        sink(0, k);
                    }
                }
            }
        }
        return heap[0];
    }

    private void sink(int parent, int size) {
        int key = heap[parent];
        for (int child = 2 * parent + 1; child < size; child = 2 * parent + 1) {
            if (child + 1 < size && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= key) {
                break;
            }
            heap[parent] = heap[child];
            parent = child;
        }
        heap[parent] = key;
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
            int firstId = ids[first];
            if (ids[first + size - 1] - firstId == size - 1) {
                for (int i = 0; i < size; i++) {
                    exponents[i] = ((double) logits[firstId + i] - largest) * inverseTemperature;
                }
            } else {
                for (int i = 0; i < size; i++) {
                    exponents[i] = ((double) logits[ids[first + i]] - largest) * inverseTemperature;
                }
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
        double target = topP * total;
        // All below (1 − topP) / count of the mass together have less than 1 − topP of it, so that those ahead of them
        // have topP already. In a distribution with a peak this leaves a few thousand at most.
        dropBelow((long) ((1 - topP) * total / count * ROUNDING_MARGIN));
        rankByLogit(logits);
        cut.find(ranks, weights, count, target);
        keepUpTo(cut.rank(), cut.equals());
        sumUp();
    }

    private void dropBelow(long weight) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] >= weight) {
                ids[kept] = ids[i];
                weights[kept++] = weights[i];
            }
        }
        count = kept;
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
