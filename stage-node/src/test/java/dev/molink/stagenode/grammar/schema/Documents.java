package dev.molink.stagenode.grammar.schema;

import com.networknt.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/** Documents that satisfy a schema, as the independent validator confirms. */
final class Documents {

    private static final int TRIES = 100;

    /** An automaton follows 96 levels, and 40 of them indented by two blanks each. */
    private static final int DEPTH = 35;

    private Documents() {}

    private static int depth(JsonNode node) {
        int depth = 0;
        for (JsonNode child : node) {
            depth = Math.max(depth, depth(child));
        }
        return depth + 1;
    }

    /** Up to {@code count} of them, doubles among them where the schema allows few. */
    static List<JsonNode> valid(JsonNode schema, Schema oracle, Random random, int count) {
        DocumentGenerator generator = new DocumentGenerator(schema, random);
        List<JsonNode> documents = new ArrayList<>();
        for (int tries = 0; documents.size() < count && tries < count * TRIES; tries++) {
            JsonNode document = generator.document();
            if (depth(document) <= DEPTH && Validators.accepts(oracle, document)) {
                documents.add(document);
            }
        }
        return documents;
    }
}
