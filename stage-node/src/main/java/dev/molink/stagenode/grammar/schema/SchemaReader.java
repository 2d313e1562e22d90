package dev.molink.stagenode.grammar.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads every schema of a document, those that nothing refers to included, and refuses by name what is not supported.
 * Used once, by one thread.
 */
final class SchemaReader {

    private final SchemaLimits limits;
    private final WorkBudget budget;
    /** By pointer and, with a leading '#', by anchor. */
    private final Map<String, Subschema> schemas = new HashMap<>();

    private int count;

    SchemaReader(SchemaLimits limits, WorkBudget budget) {
        this.limits = limits;
        this.budget = budget;
    }

    Subschema read(JsonNode document) {
        return read(document, new Place("", ""), "");
    }

    /** The schemas found, by pointer, and by {@code #} and anchor. */
    Map<String, Subschema> found() {
        return schemas;
    }

    /** The schema that a keyword's value is. */
    Optional<Subschema> child(KeywordValues keywords, String keyword) {
        Place place = keywords.place(keyword);
        return keywords.any(keyword).map(node -> read(node, place, place.pointer() + "/" + keyword));
    }

    /** The schemas that a keyword's list holds. */
    List<Subschema> list(KeywordValues keywords, String keyword) {
        Place place = keywords.place(keyword);
        List<Subschema> list = new ArrayList<>();
        Optional<ArrayNode> nodes = keywords.list(keyword);
        if (nodes.isPresent() && nodes.get().isEmpty()) {
            throw place.malformed("the list is empty; allowed is one schema or more");
        }
        nodes.ifPresent(all -> {
            for (JsonNode node : all) {
                list.add(read(node, place, "%s/%s/%d".formatted(place.pointer(), keyword, list.size())));
            }
        });
        return list;
    }

    /** The schemas that a keyword's object holds by name. */
    Map<String, Subschema> map(KeywordValues keywords, String keyword) {
        Place place = keywords.place(keyword);
        Map<String, Subschema> map = new LinkedHashMap<>();
        keywords.object(keyword)
                .ifPresent(object -> object.forEachEntry((name, node) -> {
                    map.put(name, read(node, place, "%s/%s/%s".formatted(place.pointer(), keyword, escaped(name))));
                }));
        return map;
    }

    /** RFC 6901, section 3. */
    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private Subschema read(JsonNode node, Place holder, String pointer) {
        if (count == limits.subschemas()) {
            throw holder.tooLarge("more than %d schemas in all".formatted(limits.subschemas()));
        }
        int id = count++;
        Subschema schema = switch (node) {
            case ObjectNode object -> read(object, id, pointer);
            case JsonNode literal when literal.isBoolean() -> Subschema.literal(id, pointer, literal.booleanValue());
            default ->
                throw holder.malformed("at '#%s' stands a JSON %s; allowed is a schema: an object, true or false"
                        .formatted(pointer, node.getNodeType()));
        };
        schemas.put(pointer, schema);
        return schema;
    }

    private Subschema read(ObjectNode object, int id, String pointer) {
        object.propertyNames().forEach(name -> Keywords.check(name, pointer));
        KeywordValues keywords = new KeywordValues(object, pointer);
        if (keywords.text("$id").isPresent() && !pointer.isEmpty()) {
            throw keywords.place("$id").unsupported("it changes what a '$ref' means; allowed at the top only");
        }
        map(keywords, "$defs");
        map(keywords, "definitions");
        boolean restricts = object.propertyNames().stream()
                .anyMatch(name -> Keywords.SUPPORTED.contains(name) && !Keywords.NAMING.contains(name));
        Subschema schema = new Subschema(
                id,
                pointer,
                !restricts,
                restricts ? new ShapeReader(keywords, this, budget, limits).shapes() : Shape.ANYTHING,
                new ValuesReader(keywords, limits).values(),
                list(keywords, "allOf"),
                list(keywords, "anyOf"),
                list(keywords, "oneOf"),
                keywords.text("$ref").map(target -> new Subschema.Reference(target, keywords.place("$ref"))));
        keywords.text("$anchor").ifPresent(anchor -> name(anchor, schema));
        return schema;
    }

    private void name(String anchor, Subschema schema) {
        if (schemas.putIfAbsent("#" + anchor, schema) != null) {
            throw schema.place("$anchor").malformed("two schemas have the anchor '%s'".formatted(anchor));
        }
    }
}
