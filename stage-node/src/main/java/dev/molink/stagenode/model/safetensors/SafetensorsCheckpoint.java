package dev.molink.stagenode.model.safetensors;

import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.format.ModelFolder;
import dev.molink.stagenode.model.format.TensorHeader;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of a folder, from one file or from the shards of an index. Only shards that are asked for are opened.
 * Names are given and taken without the leading {@code model.} that some checkpoints have and others lack.
 */
public final class SafetensorsCheckpoint {

    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final String PREFIX = "model.";

    private final ModelFolder folder;
    private final Path listing;
    private final Map<String, String> shards;
    private final Map<String, Map<String, TensorHeader>> opened = new HashMap<>();

    private SafetensorsCheckpoint(ModelFolder folder, Path listing, Map<String, String> shards) {
        this.folder = folder;
        this.listing = listing;
        this.shards = shards;
    }

    /** Reads the index, or, where there is none, the header of the only file. */
    public static SafetensorsCheckpoint open(ModelFolder folder) {
        Optional<Path> index = folder.find(INDEX);
        if (index.isPresent()) {
            Map<String, String> shards = plainNames(index.get(), ShardIndex.read(index.get()));
            return new SafetensorsCheckpoint(folder, index.get(), shards);
        }
        Path single = folder.find(SINGLE)
                .orElseThrow(() -> new ModelFileException(
                        folder.location(),
                        "holds neither %s nor %s; without weights a model runs only on simulated devices such as --device sim:rtx4090"
                                .formatted(SINGLE, INDEX)));
        Map<String, TensorHeader> tensors = plainNames(single, SafetensorsHeader.read(single));
        Map<String, String> shards = new LinkedHashMap<>();
        tensors.keySet().forEach(name -> shards.put(name, SINGLE));
        SafetensorsCheckpoint checkpoint = new SafetensorsCheckpoint(folder, single, shards);
        checkpoint.opened.put(SINGLE, tensors);
        return checkpoint;
    }

    /** Names of all tensors, those of shards that are not opened included. */
    public Set<String> names() {
        return shards.keySet();
    }

    /** The named tensors; fetches and opens the shards that hold them. */
    public Map<String, TensorHeader> require(Collection<String> names) {
        Map<String, TensorHeader> tensors = new LinkedHashMap<>();
        for (String name : names) {
            tensors.put(name, require(name));
        }
        return tensors;
    }

    private TensorHeader require(String name) {
        String shard = shards.get(name);
        if (shard == null) {
            throw new ModelFileException(listing, "tensor %s is missing".formatted(name));
        }
        TensorHeader tensor = opened.computeIfAbsent(shard, this::openShard).get(name);
        if (tensor == null) {
            throw new ModelFileException(
                    folder.location().resolve(shard),
                    "does not hold tensor %s that %s says it does".formatted(name, INDEX));
        }
        return tensor;
    }

    private Map<String, TensorHeader> openShard(String shard) {
        Path file = folder.find(shard)
                .orElseThrow(() -> new ModelFileException(
                        listing, "names the shard %s, which is not in %s".formatted(shard, folder.extent())));
        return plainNames(file, SafetensorsHeader.read(file));
    }

    private static <T> Map<String, T> plainNames(Path file, Map<String, T> byName) {
        Map<String, T> plain = new LinkedHashMap<>();
        byName.forEach((name, value) -> {
            String shorter = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
            if (plain.put(shorter, value) != null) {
                throw new ModelFileException(
                        file, "holds tensor %s with and without leading %s".formatted(shorter, PREFIX));
            }
        });
        return plain;
    }
}
