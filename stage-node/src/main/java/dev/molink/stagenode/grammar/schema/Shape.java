package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.Language;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Values of one kind that satisfy one way through a schema: no {@code anyOf}, {@code allOf} or {@code $ref} is left at
 * this level. What lies inside lists and objects is named by {@link Conjunction}s, so that recursion stays finite.
 */
sealed interface Shape {

    /** What the schema {@code true} allows. */
    List<Shape> ANYTHING = List.of(
            new Exactly(JsonNodeFactory.instance.nullNode()),
            new Exactly(JsonNodeFactory.instance.booleanNode(false)),
            new Exactly(JsonNodeFactory.instance.booleanNode(true)),
            Numbers.ALL,
            Texts.ALL,
            Arrays.ALL,
            Objects.ALL);

    /** One value, compared as JSON schema does: numbers by their value. */
    record Exactly(JsonNode value) implements Shape {}

    /**
     * Numbers.
     *
     * @param step what divides them all; 1 for integers
     */
    record Numbers(Optional<Bound> low, Optional<Bound> high, Optional<Step> step) implements Shape {

        static final Numbers ALL = new Numbers(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** A lower or upper bound; {@code open}: the value itself is excluded. */
    record Bound(BigDecimal value, boolean open, Place place) {}

    /** A divisor above zero. */
    record Step(BigDecimal value, Place place) {}

    /** Strings of {@code least … most} code points, in every one of the sets. */
    record Texts(Least least, Most most, List<Content> contents) implements Shape {

        static final Texts ALL = new Texts(Least.NONE, Most.ANY, List.of());

        public Texts {
            contents = List.copyOf(contents);
        }

        boolean isLengthBound() {
            return least.count() > 0 || most.bounded();
        }

        /** The keyword to name where the keywords together are the trouble. */
        Place place() {
            if (!contents.isEmpty()) {
                return contents.getFirst().place();
            }
            return most.bounded() ? most.place() : least.place();
        }
    }

    /** What a string's decoded content must be, by {@code pattern} or {@code format}. */
    record Content(Language language, Place place) {}

    /**
     * Lists.
     *
     * @param prefix what the first elements are, each at its place
     * @param rest what every element behind them is
     */
    record Arrays(List<Conjunction> prefix, Conjunction rest, Least least, Most most) implements Shape {

        static final Arrays ALL = new Arrays(List.of(), Conjunction.ANYTHING, Least.NONE, Most.ANY);

        public Arrays {
            prefix = List.copyOf(prefix);
        }

        Conjunction element(int index) {
            return index < prefix.size() ? prefix.get(index) : rest;
        }
    }

    /**
     * Objects.
     *
     * @param named what the members of these names are, required or not, in the order of writing
     * @param required names, all of them in {@code named}, and what requires them
     * @param others what members of other names are, by disjoint sets of names; a name in none is forbidden
     * @param nameRules what every name must be as a string
     * @param origin the schema that says most of it
     */
    record Objects(
            SequencedMap<String, Conjunction> named,
            Map<String, Place> required,
            List<Others> others,
            List<NameRule> nameRules,
            Least least,
            Most most,
            Place origin)
            implements Shape {

        static final Objects ALL = new Objects(
                new LinkedHashMap<>(),
                Map.of(),
                List.of(new Others(TextSet.ALL, Conjunction.ANYTHING)),
                List.of(),
                Least.NONE,
                Most.ANY,
                new Place("", ""));

        public Objects {
            named = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(named));
            required = Map.copyOf(required);
            others = List.copyOf(others);
            nameRules = List.copyOf(nameRules);
        }

        Place place(String keyword) {
            return new Place(origin.pointer(), keyword);
        }

        /** What a member of this name must be. */
        Conjunction member(String name) {
            Conjunction own = named.get(name);
            if (own != null) {
                return own;
            }
            for (Others group : others) {
                if (group.names().contains(name)) {
                    return group.value();
                }
            }
            return Conjunction.NOTHING;
        }
    }

    /** Members whose name is in {@code names} and not among the shape's named ones. */
    record Others(TextSet names, Conjunction value) {}

    /** A {@code propertyNames}. */
    record NameRule(Conjunction rule, Place place) {}

    /** The fewest characters, elements or members. */
    record Least(int count, Place place) {

        static final Least NONE = new Least(0, new Place("", ""));

        Least max(Least other) {
            return count >= other.count ? this : other;
        }
    }

    /** The most characters, elements or members; {@link #UNBOUNDED}: any number. */
    record Most(int count, Place place) {

        static final int UNBOUNDED = Language.Repeat.UNBOUNDED;
        static final Most ANY = new Most(UNBOUNDED, new Place("", ""));

        boolean bounded() {
            return count != UNBOUNDED;
        }

        boolean admits(int number) {
            return !bounded() || number <= count;
        }

        Most min(Most other) {
            if (!bounded()) {
                return other;
            }
            return other.admits(count) ? this : other;
        }
    }
}
