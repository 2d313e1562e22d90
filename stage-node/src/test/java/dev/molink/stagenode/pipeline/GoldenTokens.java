package dev.molink.stagenode.pipeline;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A fixture's prompts, and the token ids that the reference continues with. */
record GoldenTokens(Path folder) {

    static Path llama() {
        return carried("llama").folder();
    }

    /** A fixture that the project carries. */
    static GoldenTokens carried(String name) {
        try {
            String config = "/fixtures/models/%s/config.json".formatted(name);
            URI found = Objects.requireNonNull(GoldenTokens.class.getResource(config))
                    .toURI();
            return new GoldenTokens(Objects.requireNonNull(Path.of(found).getParent()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Prompt of sequence {@code a} or {@code b} of fixture {@code llama}. */
    static List<Integer> prompt(String sequence) throws IOException {
        return carried("llama").promptOf(sequence);
    }

    /** The 16 greedy ids that follow. */
    static List<Integer> greedy(String sequence) throws IOException {
        return carried("llama").greedyOf(sequence);
    }

    List<Integer> promptOf(String sequence) throws IOException {
        return read("tokens_" + sequence);
    }

    List<Integer> greedyOf(String sequence) throws IOException {
        return read("greedy_" + sequence);
    }

    int layers() throws IOException {
        return config().get("num_hidden_layers").asInt();
    }

    /** Bytes of a KV block of one layer, in f32. */
    long kvBlockBytes() throws IOException {
        JsonNode config = config();
        int heads = config.get("num_attention_heads").asInt();
        int width = config.path("head_dim").asInt(config.get("hidden_size").asInt() / heads);
        return 2L * 16 * config.path("num_key_value_heads").asInt(heads) * width * Float.BYTES;
    }

    private JsonNode config() throws IOException {
        return JsonMapper.shared().readTree(Files.readString(folder.resolve("config.json")));
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }

    /** A safetensors file is a length, a JSON header and the data; these tensors are i64. */
    private List<Integer> read(String tensor) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("golden.safetensors")))
                .order(ByteOrder.LITTLE_ENDIAN);
        int headerBytes = (int) file.getLong(0);
        String header =
                StandardCharsets.UTF_8.decode(file.slice(8, headerBytes)).toString();
        JsonNode offsets = JsonMapper.shared().readTree(header).get(tensor).get("data_offsets");
        List<Integer> ids = new ArrayList<>();
        for (int at = offsets.get(0).asInt(); at < offsets.get(1).asInt(); at += Long.BYTES) {
            ids.add((int) file.getLong(8 + headerBytes + at));
        }
        return ids;
    }
}
