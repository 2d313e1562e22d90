package dev.molink.stagenode.model;

import dev.molink.stagenode.model.architecture.Architectures;
import dev.molink.stagenode.model.architecture.DecoderSpecification;
import dev.molink.stagenode.model.architecture.TensorNaming;
import dev.molink.stagenode.model.format.ConfigValues;
import dev.molink.stagenode.model.format.StrictJson;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes small BF16 checkpoints with random weights: one file, or one shard per layer and one for the rest. */
public final class CheckpointWriter {

    public static final String CONFIG = """
            {"model_type": "llama", "hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 2,
             "num_attention_heads": 2, "vocab_size": 32, "max_position_embeddings": 64, "rms_norm_eps": 1e-05,
             "hidden_act": "silu", "tie_word_embeddings": false, "eos_token_id": 2, "torch_dtype": "bfloat16"}""";

    private static final long SEED = 11;

    private final String config;
    private final DecoderSpecification specification;
    private String prefix = "model.";

    public CheckpointWriter(String config) {
        this.config = config;
        Path file = Path.of("config.json");
        this.specification = Architectures.specify(
                new ConfigValues(file, StrictJson.parse(file, "the file", config.getBytes(StandardCharsets.UTF_8))));
    }

    /** What stands in front of every name but that of the head. */
    CheckpointWriter prefix(String text) {
        prefix = text;
        return this;
    }

    /** File contents by name. */
    public Map<String, byte[]> single() {
        Map<String, byte[]> files = withConfig();
        files.put("model.safetensors", safetensors(tensors()));
        return files;
    }

    /** File contents by name; layer {@code n} is in shard {@code n + 1}, what belongs to no layer in the last. */
    public Map<String, byte[]> sharded() {
        int shards = specification.config().layers() + 1;
        Map<String, Map<String, byte[]>> byShard = new TreeMap<>();
        ObjectNode index = JsonMapper.shared().createObjectNode();
        ObjectNode weightMap = index.putObject("weight_map");
        tensors().forEach((name, bytes) -> {
            int at = name.indexOf("layers.");
            int shard = at < 0 ? shards : name.charAt(at + "layers.".length()) - '0' + 1;
            String file = "model-%05d-of-%05d.safetensors".formatted(shard, shards);
            byShard.computeIfAbsent(file, _ -> new LinkedHashMap<>()).put(name, bytes);
            weightMap.put(name, file);
        });
        Map<String, byte[]> files = withConfig();
        files.put("model.safetensors.index.json", JsonMapper.shared().writeValueAsBytes(index));
        byShard.forEach((file, tensors) -> files.put(file, safetensors(tensors)));
        return files;
    }

    private Map<String, byte[]> withConfig() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("config.json", config.getBytes(StandardCharsets.UTF_8));
        return files;
    }

    /** Contents by name, the same whatever the files are. */
    Map<String, byte[]> tensors() {
        Map<String, byte[]> tensors = new LinkedHashMap<>();
        Random random = new Random(SEED);
        shapes().forEach((name, shape) -> {
            byte[] bytes = new byte[2 * elements(shape)];
            random.nextBytes(bytes);
            tensors.put(name, bytes);
        });
        return tensors;
    }

    private byte[] safetensors(Map<String, byte[]> tensors) {
        Map<String, List<Integer>> shapes = shapes();
        ObjectNode header = JsonMapper.shared().createObjectNode();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        tensors.forEach((name, bytes) -> {
            ObjectNode entry = header.putObject(name).put("dtype", "BF16");
            shapes.getOrDefault(name, List.of()).forEach(entry.withArray("shape")::add);
            entry.withArray("data_offsets").add(data.size()).add(data.size() + bytes.length);
            data.writeBytes(bytes);
        });
        byte[] json = JsonMapper.shared().writeValueAsBytes(header);
        ByteBuffer file =
                ByteBuffer.allocate(Long.BYTES + json.length + data.size()).order(ByteOrder.LITTLE_ENDIAN);
        return file.putLong(json.length).put(json).put(data.toByteArray()).array();
    }

    /** Layer after layer, as published files have them. */
    private Map<String, List<Integer>> shapes() {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        specification.tensors(specification.allLayers()).entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> entry.getKey().layer()))
                .forEach(entry -> {
                    String name = entry.getValue()
                            .name(TensorNaming.CHECKPOINT, entry.getKey().layer());
                    shapes.put(
                            name.startsWith("lm_head") ? name : prefix + name,
                            entry.getValue().shape());
                });
        return shapes;
    }

    private static int elements(List<Integer> shape) {
        return shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
    }
}
