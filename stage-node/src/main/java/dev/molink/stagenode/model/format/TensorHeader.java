package dev.molink.stagenode.model.format;

import dev.molink.kernels.DType;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a stored tensor lies; its range was checked against the file.
 *
 * @param dtype null when the kernels cannot read {@code typeName}
 * @param typeName the type as the file names it
 * @param shape slowest dimension first, as {@code [rows, columns]}
 * @param offset of the first byte in {@code file}
 */
public record TensorHeader(
        String name, @Nullable DType dtype, String typeName, List<Long> shape, Path file, long offset, long byteSize) {

    public TensorHeader {
        shape = List.copyOf(shape);
    }

    /** The type, for a tensor that is going to be computed with. */
    public DType requireDType() {
        if (dtype == null) {
            throw new ModelFileException(
                    file, "tensor %s has type %s; supported are %s".formatted(name, typeName, List.of(DType.values())));
        }
        return dtype;
    }

    /** Refuses another shape than the one that the configuration implies. */
    public void requireShape(List<Integer> expected) {
        boolean same = shape.size() == expected.size();
        for (int i = 0; same && i < expected.size(); i++) {
            same = shape.get(i) == expected.get(i).longValue();
        }
        if (!same) {
            throw new ModelFileException(
                    file, "tensor %s has shape %s; the configuration asks for %s".formatted(name, shape, expected));
        }
    }
}
