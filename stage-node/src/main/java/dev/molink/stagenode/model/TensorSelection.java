package dev.molink.stagenode.model;

import dev.molink.kernels.DType;
import dev.molink.stagenode.model.architecture.DecoderSpecification;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.TensorId;
import dev.molink.stagenode.model.architecture.TensorNaming;
import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.format.TensorHeader;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Picks the tensors of a stage out of a file's, by the specification and the file's naming. */
final class TensorSelection {

    private final DecoderSpecification specification;
    private final TensorNaming naming;

    TensorSelection(DecoderSpecification specification, TensorNaming naming) {
        this.specification = specification;
        this.naming = naming;
    }

    /** Names by tensor, in the specification's order. */
    Map<TensorId, String> names(LayerRange range) {
        Map<TensorId, String> names = new LinkedHashMap<>();
        specification.tensors(range).forEach((id, slot) -> names.put(id, slot.name(naming, id.layer())));
        return names;
    }

    /**
     * Refuses tensors that look like part of a layer and that the specification does not know: leaving out what the model
     * was trained with gives wrong output without a word.
     *
     * @param layerPrefix how the names of layer tensors begin
     * @param ignored ends of names that hold no weights
     */
    void requireKnown(Path file, Collection<String> present, String layerPrefix, List<String> ignored) {
        Set<String> known = Set.copyOf(names(specification.allLayers()).values());
        for (String name : present) {
            if (name.startsWith(layerPrefix)
                    && !known.contains(name)
                    && ignored.stream().noneMatch(name::endsWith)) {
                throw new ModelFileException(
                        file,
                        "tensor %s is not part of a %s model of %d layers with this configuration"
                                .formatted(
                                        name,
                                        specification.config().architecture(),
                                        specification.config().layers()));
            }
        }
    }

    /** A tensor that was found, and the shape that the specification gives it. */
    private record Selected(TensorHeader header, List<Integer> shape) {

        ModelTensor in(TensorMapping mapping) {
            return new ModelTensor(header.name(), header.requireDType(), shape, mapping.segment(header));
        }
    }

    /** Checks type and shape of each tensor and maps them. */
    ModelWeights map(LayerRange range, Map<String, TensorHeader> headers) {
        Map<TensorId, Selected> selected = new LinkedHashMap<>();
        specification.tensors(range).forEach((id, slot) -> {
            TensorHeader header = require(headers, slot.name(naming, id.layer()));
            header.requireDType();
            header.requireShape(slot.shape());
            selected.put(id, new Selected(header, slot.shape()));
        });
        TensorMapping mapping = TensorMapping.of(
                selected.values().stream().map(Selected::header).toList());
        Map<TensorId, ModelTensor> tensors = new HashMap<>();
        selected.forEach((id, tensor) -> tensors.put(id, tensor.in(mapping)));
        return new ModelWeights(specification, range, mainType(selected), tensors, mapping);
    }

    private static TensorHeader require(Map<String, TensorHeader> headers, String name) {
        TensorHeader header = headers.get(name);
        if (header == null) {
            throw new IllegalArgumentException("tensor %s was not among those that were looked up".formatted(name));
        }
        return header;
    }

    /** Embedding and head are left out, since only some stages have them. */
    private static String mainType(Map<TensorId, Selected> tensors) {
        Map<DType, Long> bytes = tensors.entrySet().stream()
                .filter(entry -> entry.getKey().role().perLayer())
                .map(entry -> entry.getValue().header())
                .collect(Collectors.groupingBy(
                        TensorHeader::requireDType, Collectors.summingLong(TensorHeader::byteSize)));
        return bytes.entrySet().stream()
                .max(Map.Entry.<DType, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow()
                .getKey()
                .name()
                .toLowerCase(Locale.ROOT);
    }
}
