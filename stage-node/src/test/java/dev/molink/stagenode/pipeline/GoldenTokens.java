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

/** The fixture {@code llama} that the project carries, and the token ids that the reference continues with. */
final class GoldenTokens {

    private GoldenTokens() {}

    static Path llama() {
        try {
            URI config = Objects.requireNonNull(GoldenTokens.class.getResource("/fixtures/models/llama/config.json"))
                    .toURI();
            return Objects.requireNonNull(Path.of(config).getParent());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Prompt of sequence {@code a} or {@code b}. */
    static List<Integer> prompt(String sequence) throws IOException {
        return read("tokens_" + sequence);
    }

    /** The 16 greedy ids that follow. */
    static List<Integer> greedy(String sequence) throws IOException {
        return read("greedy_" + sequence);
    }

    /** A safetensors file is a length, a JSON header and the data; these tensors are i64. */
    private static List<Integer> read(String tensor) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(llama().resolve("golden.safetensors")))
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
