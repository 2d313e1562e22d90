package dev.molink.stagenode.model.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a tiny GGUF llama (width 8, one layer, vocabulary 8, all F32 ones), in which a test changes what it is about. */
final class GgufBytes {

    private static final int ALIGNMENT = 32;
    private static final int F32 = 0;

    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    private final Map<String, Float> fill = new LinkedHashMap<>();
    private int version = 3;

    GgufBytes() {
        put("general.architecture", "llama");
        put("llama.block_count", 1);
        put("llama.context_length", 32);
        put("llama.embedding_length", 8);
        put("llama.feed_forward_length", 16);
        put("llama.attention.head_count", 2);
        put("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        tensor("token_embd.weight", 8, 8);
        for (String name : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
            tensor("blk.0." + name + ".weight", 8, 8);
        }
        tensor("blk.0.attn_norm.weight", 8);
        tensor("blk.0.ffn_norm.weight", 8);
        tensor("blk.0.ffn_gate.weight", 16, 8);
        tensor("blk.0.ffn_up.weight", 16, 8);
        tensor("blk.0.ffn_down.weight", 8, 16);
        tensor("output_norm.weight", 8);
        tensor("output.weight", 8, 8);
    }

    /** An Integer, Float, Boolean or String, or a List of Strings or Integers. */
    GgufBytes put(String key, Object value) {
        metadata.put(key, value);
        return this;
    }

    GgufBytes without(String key) {
        metadata.remove(key);
        shapes.remove(key);
        return this;
    }

    GgufBytes version(int number) {
        version = number;
        return this;
    }

    /** @param shape slowest dimension first */
    GgufBytes tensor(String name, Integer... shape) {
        shapes.put(name, List.of(shape));
        return this;
    }

    GgufBytes filled(String name, float value) {
        fill.put(name, value);
        return this;
    }

    byte[] write() {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        int32(header, version);
        int64(header, shapes.size());
        int64(header, metadata.size());
        metadata.forEach((key, value) -> {
            text(header, key);
            value(header, value);
        });
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        shapes.forEach((name, shape) -> tensor(header, data, name, shape));
        pad(header);
        header.writeBytes(data.toByteArray());
        return header.toByteArray();
    }

    private void tensor(ByteArrayOutputStream header, ByteArrayOutputStream data, String name, List<Integer> shape) {
        text(header, name);
        int32(header, shape.size());
        shape.reversed().forEach(dimension -> int64(header, dimension));
        int32(header, F32);
        int64(header, data.size());
        int elements = shape.stream().reduce(1, Math::multiplyExact);
        for (int i = 0; i < elements; i++) {
            int32(data, Float.floatToIntBits(fill.getOrDefault(name, 1f)));
        }
        pad(data);
    }

    private static void value(ByteArrayOutputStream out, Object value) {
        int32(out, type(value));
        payload(out, value);
    }

    private static int type(Object value) {
        return switch (value) {
            case Integer _ -> 4;
            case Float _ -> 6;
            case Boolean _ -> 7;
            case String _ -> 8;
            case List<?> _ -> 9;
            default -> throw new IllegalArgumentException(value.toString());
        };
    }

    private static void payload(ByteArrayOutputStream out, Object value) {
        switch (value) {
            case Integer number -> int32(out, number);
            case Float number -> int32(out, Float.floatToIntBits(number));
            case Boolean flag -> out.write(flag ? 1 : 0);
            case String text -> text(out, text);
            case List<?> items -> {
                int32(out, type(items.getFirst()));
                int64(out, items.size());
                items.forEach(item -> payload(out, item));
            }
            default -> throw new IllegalArgumentException(value.toString());
        }
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int64(out, utf8.length);
        out.writeBytes(utf8);
    }

    private static void pad(ByteArrayOutputStream out) {
        while (out.size() % ALIGNMENT != 0) {
            out.write(0);
        }
    }

    private static void int32(ByteArrayOutputStream out, int value) {
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    private static void int64(ByteArrayOutputStream out, long value) {
        out.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }
}
