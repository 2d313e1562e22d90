package dev.molink.stagenode.model.safetensors;

import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.format.StrictJson;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads {@code model.safetensors.index.json}: which shard holds which tensor. */
final class ShardIndex {

    private static final int MAX_BYTES = 64 << 20;

    /** A plain name: a shard never lies outside the model's folder. */
    private static final Pattern SHARD_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}\\.safetensors");

    private ShardIndex() {}

    /** Shard file names by tensor name. */
    static Map<String, String> read(Path file) {
        ObjectNode tree = StrictJson.read(file, MAX_BYTES);
        if (!(tree.get("weight_map") instanceof ObjectNode weightMap)) {
            throw new ModelFileException(file, "weight_map is not an object from tensor to file");
        }
        Map<String, String> shards = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : weightMap.properties()) {
            String shard = entry.getValue().asString("");
            if (!SHARD_NAME.matcher(shard).matches()) {
                throw new ModelFileException(
                        file,
                        "weight_map sends %s to %s; allowed is the name of a .safetensors file in the same folder"
                                .formatted(entry.getKey(), entry.getValue()));
            }
            shards.put(entry.getKey(), shard);
        }
        return shards;
    }
}
