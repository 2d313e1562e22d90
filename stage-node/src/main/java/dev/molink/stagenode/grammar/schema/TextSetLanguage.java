package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.CodePointSets;
import dev.molink.stagenode.grammar.CodePoints;
import dev.molink.stagenode.grammar.CodePoints.Range;
import dev.molink.stagenode.grammar.Language;
import dev.molink.stagenode.grammar.schema.TextSet.Edge;
import dev.molink.stagenode.grammar.schema.TextSet.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Tells an automaton as a {@link Language}. A state becomes what it accepts: any number of code points that lead back to
 * it, then its end or another state. Small states are told wherever they are met; large ones that several others lead to,
 * those on a circle, and some in long chains become rules, each of which stands last where it is referred to.
 */
final class TextSetLanguage {

    /** States within each other before a rule cuts the chain. */
    private static final int DEPTH = 32;

    /** Edges behind a state that are told again rather than made a rule. */
    private static final int SMALL = 24;

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

        private final List<Map<Integer, List<Range>>> targets;
        private final List<State> states;
        private final String name;
        /** By state: how many others lead to it; the start is led to from outside. */
        private final int[] entries;
        /** By state: edges met when everything behind it is told, up to one above {@link #SMALL}. */
        private final int[] sizes;

        private final Set<Integer> named = new LinkedHashSet<>();
        private final Deque<Integer> unwritten = new ArrayDeque<>();

        Telling(List<State> states, String name) {
            this.states = states;
            this.name = name;
            this.targets = states.stream().map(Telling::targets).toList();
            this.entries = new int[states.size()];
            this.sizes = new int[states.size()];
            countEntries();
            measure();
        }

        private static Map<Integer, List<Range>> targets(State state) {
            Map<Integer, List<Range>> targets = new TreeMap<>();
            for (Edge edge : state.edges()) {
                targets.computeIfAbsent(edge.target(), key -> new ArrayList<>())
                        .add(new Range(edge.first(), edge.last()));
            }
            return targets;
        }

        private void countEntries() {
            entries[0]++;
            for (int state = 0; state < entries.length; state++) {
                for (int target : targets.get(state).keySet()) {
                    entries[target] += target == state ? 0 : 1;
                }
            }
        }

        /** Rounds of looking one step further; a state on a circle never gets small. */
        private void measure() {
            Arrays.fill(sizes, SMALL + 1);
            for (int round = 0; round <= SMALL; round++) {
                for (int state = 0; state < sizes.length; state++) {
                    int size = 0;
                    for (int target : targets.get(state).keySet()) {
                        size += 1 + (target == state ? 0 : sizes[target]);
                    }
                    sizes[state] = Math.min(size, SMALL + 1);
                }
            }
        }

        Language state(int state, int depth) {
            if (sizes[state] <= SMALL || (entries[state] == 1 && depth < DEPTH)) {
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

        private Language told(int state, int depth) {
            List<Language> ways = new ArrayList<>();
            if (states.get(state).accepting()) {
                ways.add(Languages.EMPTY_TEXT);
            }
            targets.get(state).forEach((target, ranges) -> {
                if (target != state) {
                    ways.add(Languages.sequence(written(ranges), state(target, depth + 1)));
                }
            });
            Language onward = ways.size() == 1 ? ways.getFirst() : new Language.Choice(ways);
            List<Range> back = targets.get(state).get(state);
            if (back == null) {
                return onward;
            }
            return Languages.sequence(new Language.Repeat(written(back), 0, Language.Repeat.UNBOUNDED), onward);
        }

        private Language written(List<Range> ranges) {
            return character.apply(CodePointSets.union(ranges));
        }
    }
}
