package dev.molink.stagenode.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import dev.molink.stagenode.grammar.Grammar;
import dev.molink.stagenode.grammar.GrammarLimits;
import dev.molink.stagenode.grammar.GrammarState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The automaton of every schema of the corpus against an independent validator. */
class SchemaGrammarTests {

    private static final boolean FULL = Boolean.getBoolean("molink.test.full");
    private static final int DOCUMENTS = FULL ? 50 : 6;
    private static final int WALKS = FULL ? 100 : 10;

    static List<SchemaCorpus.Entry> schemas() {
        return SchemaCorpus.entries();
    }

    private static GrammarState start(SchemaCorpus.Entry entry) {
        return Grammar.compile(JsonSchema.compile(entry.schema(), SchemaLimits.DEFAULT), GrammarLimits.DEFAULT)
                .start();
    }

    private static GrammarState after(GrammarState start, String text) {
        return start.advance(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void acceptsAThousandValidDocumentsAndNoBrokenOne() {
        int documents = 0;
        int broken = 0;
        for (SchemaCorpus.Entry entry : schemas()) {
            GrammarState start = start(entry);
            Schema oracle = Validators.of(entry.schema());
            Random random = new Random(31L * entry.name().hashCode());
            DocumentMutator mutator = new DocumentMutator(random);
            for (JsonNode document : Documents.valid(entry.schema(), oracle, random, DOCUMENTS)) {
                documents++;
                for (DocumentLayout layout : DocumentLayout.values()) {
                    String text = layout.write(document, random);
                    assertThat(after(start, text).mayEnd())
                            .as("%s: %s", entry, text)
                            .isTrue();
                }
                for (int i = 0; i < 4; i++) {
                    JsonNode mutant = mutator.mutated(document);
                    if (!Validators.accepts(oracle, Validators.withKnownDomains(oracle, mutant))) {
                        broken++;
                        String text = DocumentLayout.COMPACT.write(mutant, random);
                        assertThat(after(start, text).mayEnd())
                                .as("%s: %s", entry, text)
                                .isFalse();
                    }
                }
            }
        }
        assertThat(documents).isGreaterThanOrEqualTo(1_000);
        assertThat(broken).isGreaterThanOrEqualTo(1_000);
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void everyWalkThatMayEndSatisfiesTheSchema(SchemaCorpus.Entry entry) {
        GrammarState start = start(entry);
        Schema oracle = Validators.of(entry.schema());
        GrammarWalk walk =
                new GrammarWalk(entry.schema(), new Random(entry.name().hashCode()));
        List<String> complaints = new ArrayList<>();
        int ended = 0;

        for (int i = 0; i < WALKS; i++) {
            Optional<String> text = walk.text(start);
            if (text.isPresent()) {
                ended++;
                String complaint = Validators.complaint(oracle, text.get());
                if (!complaint.isEmpty()) {
                    complaints.add(text.get() + " → " + complaint);
                }
            }
        }

        assertThat(complaints).isEmpty();
        assertThat(ended).as("walks that came to an end").isGreaterThanOrEqualTo(WALKS / 5);
    }
}
