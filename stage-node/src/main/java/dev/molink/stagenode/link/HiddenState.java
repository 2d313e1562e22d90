package dev.molink.stagenode.link;

import dev.molink.stagenode.activation.Activation;
import java.lang.foreign.MemorySegment;

/**
 * A hidden state that arrived whole.
 *
 * @param activation {@code [rows, hiddenSize]} f32, little-endian, row-major; the receiver's own memory
 */
public record HiddenState(long epoch, long stepId, int rows, int hiddenSize, Activation activation) {

    public MemorySegment values() {
        return activation.values();
    }
}
