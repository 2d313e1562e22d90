package dev.molink.stagenode.grammar.schema;

import java.util.SequencedSet;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** The names and strings that stand in a schema, as JSON writes them: hints for those who write texts at random. */
final class SchemaStrings {

    private SchemaStrings() {}

    static SequencedSet<String> of(JsonNode schema) {
        SequencedSet<String> texts = new TreeSet<>();
        collect(schema, texts);
        return texts;
    }

    private static void collect(JsonNode node, SequencedSet<String> texts) {
        if (node.isString()) {
            texts.add(node.toString());
        }
        node.propertyNames()
                .forEach(name -> texts.add(
                        Validators.JSON.getNodeFactory().stringNode(name).toString()));
        node.forEach(child -> collect(child, texts));
    }
}
