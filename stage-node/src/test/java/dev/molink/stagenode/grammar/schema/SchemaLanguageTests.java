package dev.molink.stagenode.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import dev.molink.stagenode.grammar.Language.Definition;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The language of every schema of the corpus against an independent validator, by a matcher that tries every way. */
class SchemaLanguageTests {

    private static final boolean FULL = Boolean.getBoolean("molink.test.full");
    private static final int DOCUMENTS = FULL ? 50 : 6;
    private static final int SAMPLES = FULL ? 200 : 20;

    static List<SchemaCorpus.Entry> schemas() {
        return SchemaCorpus.entries();
    }

    @Test
    void theCorpusHoldsAtLeastTwoHundredSchemas() {
        assertThat(schemas()).hasSizeGreaterThanOrEqualTo(200);
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void holdsWhatSatisfiesTheSchemaAndNothingElse(SchemaCorpus.Entry entry) {
        Definition definition = JsonSchema.compile(entry.schema(), SchemaLimits.DEFAULT);
        Schema oracle = Validators.of(entry.schema());
        Random random = new Random(entry.name().hashCode());
        DocumentMutator mutator = new DocumentMutator(random);

        List<JsonNode> documents = Documents.valid(entry.schema(), oracle, random, DOCUMENTS);

        assertThat(documents).as("valid documents found").isNotEmpty();
        for (JsonNode document : documents) {
            for (DocumentLayout layout : DocumentLayout.values()) {
                String text = layout.write(document, random);
                assertThat(LanguageMatcher.matches(definition, text)).as(text).isTrue();
            }
            for (int i = 0; i < 4; i++) {
                JsonNode mutant = mutator.mutated(document);
                String text = DocumentLayout.COMPACT.write(mutant, random);
                boolean matches = LanguageMatcher.matches(definition, text);
                boolean isValid = Validators.accepts(oracle, Validators.withKnownDomains(oracle, mutant));
                // The validator takes texts behind a date-time, so there only what it refuses counts.
                assertThat(matches).as(text).isEqualTo(isValid && (matches || !usesFormat(entry)));
            }
        }
    }

    private static boolean usesFormat(SchemaCorpus.Entry entry) {
        return entry.schema().toString().contains("\"format\"");
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void everyTextOfTheLanguageSatisfiesTheSchema(SchemaCorpus.Entry entry) {
        Definition definition = JsonSchema.compile(entry.schema(), SchemaLimits.DEFAULT);
        Schema oracle = Validators.of(entry.schema());
        LanguageSampler sampler =
                new LanguageSampler(definition, new Random(entry.name().hashCode()));
        List<String> complaints = new ArrayList<>();

        for (int i = 0; i < SAMPLES; i++) {
            String text = sampler.sample(definition.start());
            String complaint = Validators.complaint(oracle, text);
            if (!complaint.isEmpty()) {
                complaints.add(text + " → " + complaint);
            }
        }

        assertThat(complaints).isEmpty();
    }
}
