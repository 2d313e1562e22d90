package dev.molink.gateway.tokenizer;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.GgufVocabulary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The metadata of a GGUF file, read as a node reads it: test data only, without any defence. */
final class GgufFile {

    private static final String PREFIX = "tokenizer.ggml.";

    private final ByteBuffer bytes;
    private final Map<String, Object> metadata = new HashMap<>();

    GgufFile(byte[] file) {
        bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(16);
        long entries = bytes.getLong();
        for (long entry = 0; entry < entries; entry++) {
            metadata.put(text().toStringUtf8(), value(bytes.getInt()));
        }
    }

    GgufVocabulary vocabulary() {
        GgufVocabulary.Builder vocabulary = GgufVocabulary.newBuilder()
                .setModel(textOf("model"))
                .setPre(textOf("pre"))
                .addAllTokens(list("tokens", ByteString.class))
                .addAllScores(list("scores", Float.class))
                .addAllTokenTypes(list("token_type", Integer.class));
        list("merges", ByteString.class).forEach(merge -> vocabulary.addMerges(merge.toStringUtf8()));
        ifPresent("bos_token_id", Integer.class, vocabulary::setBosId);
        ifPresent("eos_token_id", Integer.class, vocabulary::setEosId);
        ifPresent("unknown_token_id", Integer.class, vocabulary::setUnknownId);
        ifPresent("add_bos_token", Boolean.class, vocabulary::setAddBos);
        ifPresent("add_eos_token", Boolean.class, vocabulary::setAddEos);
        ifPresent("add_space_prefix", Boolean.class, vocabulary::setAddSpacePrefix);
        return vocabulary.build();
    }

    private String textOf(String key) {
        return metadata.getOrDefault(PREFIX + key, ByteString.EMPTY) instanceof ByteString text
                ? text.toString(StandardCharsets.UTF_8)
                : "";
    }

    private <T> List<T> list(String key, Class<T> type) {
        List<?> values = (List<?>) metadata.getOrDefault(PREFIX + key, List.of());
        return values.stream().map(type::cast).toList();
    }

    private <T> void ifPresent(String key, Class<T> type, Consumer<T> setter) {
        if (metadata.containsKey(PREFIX + key)) {
            setter.accept(type.cast(metadata.get(PREFIX + key)));
        }
    }

    private Object value(int type) {
        return switch (type) {
            case 4, 5 -> bytes.getInt();
            case 6 -> bytes.getFloat();
            case 7 -> bytes.get() != 0;
            case 8 -> text();
            case 9 -> array();
            case 10, 11 -> bytes.getLong();
            default -> throw new IllegalArgumentException("type " + type);
        };
    }

    private List<Object> array() {
        int type = bytes.getInt();
        long length = bytes.getLong();
        List<Object> values = new ArrayList<>();
        for (long at = 0; at < length; at++) {
            values.add(value(type));
        }
        return values;
    }

    private ByteString text() {
        byte[] text = new byte[Math.toIntExact(bytes.getLong())];
        bytes.get(text);
        return ByteString.copyFrom(text);
    }
}
