package dev.molink.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Prepared events against whole ones. */
class PreparedEventTests {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int TEXTS = Boolean.getBoolean("molink.test.full") ? 20_000 : 2_000;

    @Test
    void writesTheBytesOfTheWholeEventForAnyText() throws IOException {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        PreparedEvent prepared = Objects.requireNonNull(PreparedEvent.of("data: ", json(PreparedEvent.PLACE), "\n\n"));

        for (int i = 0; i < TEXTS; i++) {
            String text = text(random);
            ByteArrayOutputStream out = new ByteArrayOutputStream();

            prepared.write(out, text);

            assertThat(out.toByteArray())
                    .as("seed %d, text %d", seed, i)
                    .isEqualTo(("data: " + json(text) + "\n\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void preparesNothingWhereThePlaceIsNotClear() {
        assertThat(PreparedEvent.of("", json("no place"), "")).isNull();
        assertThat(PreparedEvent.of("", json(PreparedEvent.PLACE) + json(PreparedEvent.PLACE), ""))
                .isNull();
        assertThat(PreparedEvent.of("", json("in the midst " + PreparedEvent.PLACE), ""))
                .isNull();
    }

    /** Letters, control characters, quotes, all planes; no lone surrogates, which no text of a model has. */
    private static String text(Random random) {
        return random.ints(random.nextInt(20), 0, 5)
                .map(kind -> switch (kind) {
                    case 0 -> random.nextInt(0x20);
                    case 1 -> "\"\\/\u2028\u007f".charAt(random.nextInt(5));
                    case 2 -> 0x10000 + random.nextInt(0x10_0000);
                    case 3 -> random.nextInt(0xD800);
                    default -> 'a' + random.nextInt(26);
                })
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static String json(String text) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("id", "chatcmpl-1");
        event.put("choices", List.of(Map.of("delta", Map.of("content", text))));
        event.put("model", "ä model with \"quotes\"");
        return MAPPER.writeValueAsString(event);
    }
}
