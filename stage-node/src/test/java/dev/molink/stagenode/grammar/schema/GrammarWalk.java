package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.GrammarState;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Writes a text by taking any byte that the automaton allows next, until the text may end. Left to chance alone it would
 * hardly ever write a key that is required or close what it opened, so it also tries the schema's own strings and closing
 * signs.
 */
final class GrammarWalk {

    private static final int PATIENCE = 120;
    private static final int MOST = 2_000;
    private static final List<byte[]> CLOSING = List.of(bytes("}"), bytes("]"));
    private static final List<byte[]> QUOTE = List.of(bytes("\""));

    private final Random random;
    private final List<byte[]> strings = new ArrayList<>();

    GrammarWalk(JsonNode schema, Random random) {
        this.random = random;
        SchemaStrings.of(schema).forEach(text -> strings.add(bytes(text)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Empty where the walk did not come to an end in time. */
    Optional<String> text(GrammarState start) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        GrammarState state = start;
        while (text.size() < MOST) {
            if (state.mayEnd() && (state.mustEnd() || text.size() > PATIENCE || random.nextInt(3) == 0)) {
                return Optional.of(text.toString(StandardCharsets.UTF_8));
            }
            byte[] next = next(state, text.size() > PATIENCE);
            text.writeBytes(next);
            state = state.advance(next);
        }
        return Optional.empty();
    }

    private byte[] next(GrammarState state, boolean closing) {
        if (random.nextInt(closing ? 10 : 3) != 0) {
            Optional<byte[]> guided = guided(state);
            if (guided.isPresent()) {
                return guided.get();
            }
        }
        int from = random.nextInt(256);
        // An odd step meets every value once.
        int step = 2 * random.nextInt(128) + 1;
        for (int i = 0; i < 256; i++) {
            byte[] value = {(byte) (from + i * step)};
            if (!state.advance(value).isDead()) {
                return value;
            }
        }
        throw new IllegalStateException("a dead end that is no end");
    }

    /** A whole string before a lone quote, which would begin one of any content. */
    private Optional<byte[]> guided(GrammarState state) {
        Collections.shuffle(strings, random);
        return Stream.of(CLOSING, strings, QUOTE)
                .flatMap(List::stream)
                .filter(next -> !state.advance(next).isDead())
                .findFirst();
    }
}
