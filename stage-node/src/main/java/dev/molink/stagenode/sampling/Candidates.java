package dev.molink.stagenode.sampling;

/**
 * The tokens that are still in question for one row of logits, with their weights. Arrays are sized once for the
 * vocabulary; nothing is allocated per row.
 *
 * <p>The first {@link #count} entries of {@link #ids} are the tokens; the filters shrink that range. {@link #weights} is
 * indexed by token id and holds {@code exp((logit − largest logit) / temperature)}, so the largest weight is 1.
 */
final class Candidates {

    private static final double ROUNDING_MARGIN = 1 - 1e-9;

    private final float[] logits;
    private final double[] weights;
    private final int[] ids;
    private final float[] selection;
    private int count;

    Candidates(int vocabularySize) {
        logits = new float[vocabularySize];
        weights = new double[vocabularySize];
        ids = new int[vocabularySize];
        selection = new float[vocabularySize];
    }

    /** The row to fill before anything else is called. */
    float[] logits() {
        return logits;
    }

    int count() {
        return count;
    }

    int id(int index) {
        return ids[index];
    }

    double weight(int index) {
        return weights[ids[index]];
    }

    /** Takes every token with a finite logit, by rising id. */
    void takeAll() {
        count = 0;
        for (int id = 0; id < logits.length; id++) {
            if (logits[id] != Float.NEGATIVE_INFINITY) {
                ids[count++] = id;
            }
        }
    }

    /** Weighs the tokens; strict arithmetic, because another machine must draw the same token. */
    void weigh(float largest, double temperature) {
        for (int i = 0; i < count; i++) {
            weights[ids[i]] = StrictMath.exp(((double) logits[ids[i]] - largest) / temperature);
        }
    }

    /** Drops tokens whose probability is below {@code minP} times the largest; equal stays. */
    void keepMinP(double minP) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (weights[ids[i]] >= minP) {
                ids[kept++] = ids[i];
            }
        }
        count = kept;
    }

    /** Drops tokens whose logit is below the {@code topK}-th largest; all that equal it stay. */
    void keepTopK(int topK) {
        if (topK >= count) {
            return;
        }
        float smallest = kthLargest(topK);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (logits[ids[i]] >= smallest) {
                ids[kept++] = ids[i];
            }
        }
        count = kept;
    }

    /** The root of a heap that holds the {@code k} largest logits; k is small, so few logits ever enter it. */
    private float kthLargest(int k) {
        for (int i = 0; i < k; i++) {
            selection[i] = logits[ids[i]];
        }
        for (int parent = k / 2 - 1; parent >= 0; parent--) {
            sinkSelection(parent, k);
        }
        for (int i = k; i < count; i++) {
            if (logits[ids[i]] > selection[0]) {
                selection[0] = logits[ids[i]];
                sinkSelection(0, k);
            }
        }
        return selection[0];
    }

    private void sinkSelection(int parent, int heap) {
        float value = selection[parent];
        for (int child = 2 * parent + 1; child < heap; child = 2 * parent + 1) {
            if (child + 1 < heap && selection[child + 1] < selection[child]) {
                child++;
            }
            if (selection[child] >= value) {
                break;
            }
            selection[parent] = selection[child];
            parent = child;
        }
        selection[parent] = value;
    }

    /**
     * Keeps, by falling logit and among equals the lower id first, each token whose predecessors have less than {@code
     * topP} of the mass; the first always stays. A heap gives the order only as far as it is needed, and tokens too
     * light to be kept stay out of it: all below {@code (1 − topP) / count} of the mass together have less than {@code
     * 1 − topP} of it, so those ahead of them have {@code topP} already.
     */
    void keepTopP(double topP) {
        double total = totalWeight();
        double target = topP * total;
        keepMinP((1 - topP) * total / count * ROUNDING_MARGIN);
        for (int parent = count / 2 - 1; parent >= 0; parent--) {
            siftDown(parent, count);
        }
        int heap = count;
        double mass = 0;
        do {
            mass += weights[ids[0]];
            int taken = ids[0];
            ids[0] = ids[--heap];
            ids[heap] = taken;
            siftDown(0, heap);
        } while (heap > 0 && mass < target);
        System.arraycopy(ids, heap, ids, 0, count - heap);
        count -= heap;
    }

    private void siftDown(int parent, int heap) {
        int id = ids[parent];
        for (int child = 2 * parent + 1; child < heap; child = 2 * parent + 1) {
            if (child + 1 < heap && comesBefore(ids[child + 1], ids[child])) {
                child++;
            }
            if (!comesBefore(ids[child], id)) {
                break;
            }
            ids[parent] = ids[child];
            parent = child;
        }
        ids[parent] = id;
    }

    private boolean comesBefore(int id, int other) {
        return logits[id] > logits[other] || (logits[id] == logits[other] && id < other);
    }

    double totalWeight() {
        double total = 0;
        for (int i = 0; i < count; i++) {
            total += weights[ids[i]];
        }
        return total;
    }
}
