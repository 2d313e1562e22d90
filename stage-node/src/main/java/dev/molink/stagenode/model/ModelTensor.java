package dev.molink.stagenode.model;

import dev.molink.kernels.DType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A stored tensor in mapped memory, read-only, readable from every thread while its {@link ModelWeights} are open.
 *
 * @param name as the file spells it
 * @param shape slowest dimension first; one or two dimensions
 * @param data all elements, row-major, as {@code dtype} stores them; any alignment
 */
public record ModelTensor(String name, DType dtype, List<Integer> shape, MemorySegment data) {

    public ModelTensor {
        shape = List.copyOf(shape);
    }

    /** Rows of a matrix; 1 for a vector. */
    public int rows() {
        return shape.size() == 1 ? 1 : shape.getFirst();
    }

    /** Columns of a matrix; the width of a vector. */
    public int columns() {
        return shape.getLast();
    }
}
