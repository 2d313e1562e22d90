package dev.molink.controlplane.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Fields as text and back. */
class FieldTextTests {

    @Test
    void readsBackWhatItWrote() {
        long seed = new Random().nextLong();
        System.out.println("FieldTextTests seed " + seed);
        Random random = new Random(seed);
        for (int trial = 0; trial < 1000; trial++) {
            Map<String, String> fields = new HashMap<>();
            for (int field = random.nextInt(5); field > 0; field--) {
                fields.put("f" + text(random), text(random));
            }

            assertThat(FieldText.parse(FieldText.of(fields))).isEqualTo(new TreeMap<>(fields));
        }
    }

    @Test
    void isTheSameForEqualFields() {
        assertThat(FieldText.of(Map.of("b", "2", "a", "1"))).isEqualTo("a=1\nb=2");
        assertThat(FieldText.of(Map.of())).isEmpty();
    }

    @Test
    void cutsLongValuesBetweenCharacters() {
        String text = FieldText.of(Map.of("a", "x".repeat(FieldText.MAX_VALUE - 1) + "🙂".repeat(3)));

        assertThat(text).isEqualTo("a=" + "x".repeat(FieldText.MAX_VALUE - 1) + "…");
    }

    @Test
    void readsDamagedTextWithoutFailing() {
        assertThat(FieldText.parse("no equals sign\n=\n\\")).isNotNull();
    }

    @Test
    void refusesDocuments() {
        Map<String, String> many = new HashMap<>();
        for (int field = 0; field < 33; field++) {
            many.put("f" + field, "");
        }

        assertThatThrownBy(() -> FieldText.of(many)).hasMessageContaining("has 33");
    }

    private static String text(Random random) {
        return random.ints(random.nextInt(6), 0, 7)
                .mapToObj(at -> String.valueOf("ab=\\\nän".charAt(at)))
                .reduce("", String::concat);
    }
}
