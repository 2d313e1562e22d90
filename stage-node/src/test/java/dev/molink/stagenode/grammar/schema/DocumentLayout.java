package dev.molink.stagenode.grammar.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/** The ways in which usual writers lay JSON out. */
enum DocumentLayout {
    COMPACT(",", ":", ""),
    SPACED(", ", ": ", ""),
    INDENTED(",", ": ", "  ");

    private final String comma;
    private final String colon;
    private final String indent;

    DocumentLayout(String comma, String colon, String indent) {
        this.comma = comma;
        this.colon = colon;
        this.indent = indent;
    }

    /** The document with members in random order. */
    String write(JsonNode document, Random random) {
        return write(document, random, indent.isEmpty() ? "" : "\n");
    }

    private String write(JsonNode node, Random random, String line) {
        if (node.isEmpty() || !node.isContainer()) {
            return node.isContainer() ? (node.isArray() ? "[]" : "{}") : node.toString();
        }
        String inner = line + indent;
        List<String> parts = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(element -> parts.add(write(element, random, inner)));
            return "[" + inner + String.join(comma + inner, parts) + line + "]";
        }
        node.forEachEntry((name, value) ->
                parts.add(Validators.JSON.getNodeFactory().stringNode(name) + colon + write(value, random, inner)));
        Collections.shuffle(parts, random);
        return "{" + inner + String.join(comma + inner, parts) + line + "}";
    }
}
