package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.CodePoints;
import dev.molink.stagenode.grammar.CodePoints.Range;
import dev.molink.stagenode.grammar.Language;
import dev.molink.stagenode.grammar.schema.TextSet.Edge;
import dev.molink.stagenode.grammar.schema.TextSet.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Tells an automaton as a {@link Language}. A state becomes what it accepts: any number of code points that lead back to
 * it, then its end or another state. States that several others lead to, and some in long chains, become rules; a rule
 * always stands last, so an automaton needs no stack for it.
 */
final class TextSetLanguage {

    /** States within each other before a rule cuts the chain. */
    private static final int DEPTH = 32;

    private final Function<CodePoints, Language> character;
    private final Map<String, Language> rules;
    private final String prefix;
    private int sets;

    /**
     * @param character how one of these code points is written
     * @param rules to which those of every set are added
     * @param prefix of their names
     */
    TextSetLanguage(Function<CodePoints, Language> character, Map<String, Language> rules, String prefix) {
        this.character = character;
        this.rules = rules;
        this.prefix = prefix;
    }

    Language language(TextSet set) {
        Telling telling = new Telling(set.states(), prefix + sets++ + "-");
        Language start = telling.state(0, 0);
        telling.writeRules();
        return start;
    }

    private final class Telling {

        private final List<State> states;
        private final String name;
        /** By state: how many others lead to it. */
        private final int[] entries;

        private final Set<Integer> named = new LinkedHashSet<>();
        private final Deque<Integer> unwritten = new ArrayDeque<>();

        Telling(List<State> states, String name) {
            this.states = states;
            this.name = name;
            this.entries = new int[states.size()];
            entries[0]++;
            for (int state = 0; state < entries.length; state++) {
                int from = state;
                targets(states.get(state)).keySet().stream()
                        .filter(target -> target != from)
                        .forEach(target -> entries[target]++);
            }
        }

        Language state(int state, int depth) {
            if (entries[state] == 1 && depth < DEPTH) {
                return told(state, depth);
            }
            if (named.add(state)) {
                unwritten.add(state);
            }
            return new Language.Rule(name + state);
        }

        void writeRules() {
            while (!unwritten.isEmpty()) {
                int state = unwritten.remove();
                rules.put(name + state, told(state, 0));
            }
        }

        private Language told(int number, int depth) {
            State state = states.get(number);
            List<Language> ways = new ArrayList<>();
            if (state.accepting()) {
                ways.add(Languages.EMPTY_TEXT);
            }
            Map<Integer, List<Range>> targets = targets(state);
            List<Range> back = targets.remove(number);
            targets.forEach(
                    (target, ranges) -> ways.add(Languages.sequence(written(ranges), state(target, depth + 1))));
            Language onward = ways.size() == 1 ? ways.getFirst() : new Language.Choice(ways);
            if (back == null) {
                return onward;
            }
            return Languages.sequence(new Language.Repeat(written(back), 0, Language.Repeat.UNBOUNDED), onward);
        }

        private Language written(List<Range> ranges) {
            return character.apply(CodePointSets.union(ranges));
        }

        private static Map<Integer, List<Range>> targets(State state) {
            Map<Integer, List<Range>> targets = new TreeMap<>();
            for (Edge edge : state.edges()) {
                targets.computeIfAbsent(edge.target(), key -> new ArrayList<>())
                        .add(new Range(edge.first(), edge.last()));
            }
            return targets;
        }
    }
}
