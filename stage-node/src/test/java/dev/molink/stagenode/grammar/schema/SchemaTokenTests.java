package dev.molink.stagenode.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import dev.molink.stagenode.grammar.Grammar;
import dev.molink.stagenode.grammar.GrammarLimits;
import dev.molink.stagenode.grammar.GrammarSession;
import dev.molink.stagenode.grammar.TokenMask;
import dev.molink.stagenode.grammar.TokenMasks;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The corpus token by token, with the tokens of the bundled model. */
class SchemaTokenTests {

    private static final boolean FULL = Boolean.getBoolean("molink.test.full");
    private static final int DOCUMENTS = FULL ? 50 : 6;
    private static final int TEXTS = FULL ? 30 : 2;
    private static final List<DocumentLayout> LAYOUTS = List.of(DocumentLayout.values());
    private static final int MOST_TOKENS = 250;
    private static final int PATIENCE = 40;

    private final DemoTokens tokens = new DemoTokens();
    private final TokenMasks masks = tokens.masks();

    private GrammarSession open(SchemaCorpus.Entry entry) {
        return masks.open(
                Grammar.compile(JsonSchema.compile(entry.schema(), SchemaLimits.DEFAULT), GrammarLimits.DEFAULT));
    }

    @Test
    void aThousandValidDocumentsPassTheMaskTokenByToken() {
        int documents = 0;
        for (SchemaCorpus.Entry entry : SchemaCorpus.entries()) {
            GrammarSession start = open(entry);
            Random random = new Random(17L * entry.name().hashCode());
            Schema oracle = Validators.of(entry.schema());
            for (JsonNode document : Documents.valid(entry.schema(), oracle, random, DOCUMENTS)) {
                DocumentLayout layout = LAYOUTS.get(documents++ % LAYOUTS.size());
                String text = layout.write(document, random);
                GrammarSession session = start;
                for (int token : tokens.tokens(text, random)) {
                    assertThat(TokenMask.allows(session.allowed(), token))
                            .as("%s: token %d of %s", entry, token, text)
                            .isTrue();
                    session = session.accept(token);
                }
                assertThat(TokenMask.allows(session.allowed(), DemoTokens.END))
                        .as("%s: the end of %s", entry, text)
                        .isTrue();
            }
        }
        assertThat(documents).isGreaterThanOrEqualTo(1_000);
    }

    @Test
    void textGeneratedUnderTheMaskAlwaysSatisfiesTheSchema() {
        int ended = 0;
        for (SchemaCorpus.Entry entry : SchemaCorpus.entries()) {
            GrammarSession start = open(entry);
            Random random = new Random(23L * entry.name().hashCode());
            Schema oracle = Validators.of(entry.schema());
            List<List<Integer>> wanted = new ArrayList<>();
            SchemaStrings.of(entry.schema()).forEach(string -> wanted.add(tokens.tokens(string, random)));
            for (int i = 0; i < TEXTS; i++) {
                Optional<String> text = generated(start, wanted, random);
                if (text.isPresent()) {
                    ended++;
                    assertThat(Validators.complaint(oracle, text.get()))
                            .as("%s: %s", entry, text.get())
                            .isEmpty();
                }
            }
        }
        assertThat(ended).isGreaterThanOrEqualTo(SchemaCorpus.entries().size() * TEXTS / 2);
    }

    /** What a sampler without any sense writes, now and then with a closing sign or a string of the schema. */
    private Optional<String> generated(GrammarSession start, List<List<Integer>> wanted, Random random) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        GrammarSession session = start;
        for (int count = 0; count < MOST_TOKENS; count++) {
            if (TokenMask.allows(session.allowed(), DemoTokens.END)
                    && (session.mustEnd() || count > PATIENCE || random.nextInt(4) == 0)) {
                return Optional.of(text.toString(StandardCharsets.UTF_8));
            }
            int token = next(session, wanted, count > PATIENCE, random);
            assertThat(TokenMask.allows(session.allowed(), token)).isTrue();
            text.writeBytes(tokens.bytes(token));
            session = session.accept(token);
        }
        return Optional.empty();
    }

    private int next(GrammarSession session, List<List<Integer>> wanted, boolean closing, Random random) {
        if (random.nextInt(closing ? 8 : 3) != 0) {
            Collections.shuffle(wanted, random);
            List<List<Integer>> order = new ArrayList<>(closing());
            order.addAll(wanted);
            order.add(tokens.tokens("\"", random));
            for (List<Integer> ids : order) {
                if (fits(session, ids)) {
                    return ids.getFirst();
                }
            }
        }
        int[] allowed = IntStream.range(0, tokens.size())
                .filter(id -> id != DemoTokens.END && TokenMask.allows(session.allowed(), id))
                .toArray();
        return allowed[random.nextInt(allowed.length)];
    }

    private List<List<Integer>> closing() {
        return List.of(tokens.tokens("}", new Random(0)), tokens.tokens("]", new Random(0)));
    }

    /** Asks the automaton alone: masks of all states tried on the way would take long. */
    private static boolean fits(GrammarSession start, List<Integer> ids) {
        GrammarSession session = start;
        try {
            for (int id : ids) {
                session = session.accept(id);
            }
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
