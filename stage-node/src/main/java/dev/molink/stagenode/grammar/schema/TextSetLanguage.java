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
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Tells an automaton as a {@link Language}. A state becomes what it accepts: any number of code points that lead back to
 * it, then its end or another state. A few states in a row are told in one; those behind become rules, each of which
 * stands last where it is referred to. Since an automaton keeps a frame for every open rule, as many states as are cheap
 * go into one, and a way through too many rules is refused. Where states form a circle, so that there is no longest way,
 * a text can be as long as {@link #MOST_RULES} of them are.
 */
final class TextSetLanguage {

    /** Edges told in one rule, and states of one way through it. */
    private static final int MOST_EDGES = 64;

    private static final int MOST_DEPTH = 32;

    /** Rules that may be open within each other; the nesting of the document needs some as well. */
    private static final int MOST_RULES = 72;

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

    /** @throws TooManyStatesException when the longest way leads through too many rules */
    Language language(TextSet set) {
        Telling telling = new Telling(set.states(), prefix + sets++ + "-");
        Language start = telling.start();
        telling.requireShortWays();
        return start;
    }

    private final class Telling {

        private final List<State> states;
        private final List<Map<Integer, List<Range>>> targets;
        private final String name;
        /** By state: how many states of a way from it are told in one. */
        private final int[] depths;

        private final Set<Integer> named = new LinkedHashSet<>();
        private final Deque<Integer> unwritten = new ArrayDeque<>();
        /** By rule's state: the states of the rules that it refers to. */
        private final Map<Integer, Set<Integer>> references = new HashMap<>();

        Telling(List<State> states, String name) {
            this.states = states;
            this.name = name;
            this.targets = states.stream().map(Telling::targets).toList();
            this.depths = depths();
        }

        private static Map<Integer, List<Range>> targets(State state) {
            Map<Integer, List<Range>> targets = new TreeMap<>();
            for (Edge edge : state.edges()) {
                targets.computeIfAbsent(edge.target(), key -> new ArrayList<>())
                        .add(new Range(edge.first(), edge.last()));
            }
            return targets;
        }

        /** Goes one state further as long as that takes few edges; a state leads at least to the next. */
        private int[] depths() {
            int[] depths = new int[states.size()];
            Arrays.fill(depths, 1);
            int[] edges = new int[states.size()];
            for (int depth = 1; depth <= MOST_DEPTH; depth++) {
                int[] further = new int[edges.length];
                for (int state = 0; state < edges.length; state++) {
                    further[state] = edges(state, edges);
                    if (further[state] <= MOST_EDGES) {
                        depths[state] = depth;
                    }
                }
                edges = further;
            }
            return depths;
        }

        private int edges(int state, int[] behind) {
            int edges = 0;
            for (int target : targets.get(state).keySet()) {
                edges += 1 + (target == state ? 0 : behind[target]);
            }
            return Math.min(edges, MOST_EDGES + 1);
        }

        Language start() {
            Language start = told(0, 0, depths[0]);
            while (!unwritten.isEmpty()) {
                int state = unwritten.remove();
                rules.put(name + state, told(state, state, depths[state]));
            }
            return start;
        }

        /** What a state accepts, as part of the rule of {@code root}. */
        private Language told(int root, int state, int depth) {
            List<Language> ways = new ArrayList<>();
            if (states.get(state).accepting()) {
                ways.add(Languages.EMPTY_TEXT);
            }
            targets.get(state).forEach((target, ranges) -> {
                if (target != state) {
                    ways.add(Languages.sequence(written(ranges), next(root, target, depth - 1)));
                }
            });
            Language onward = ways.size() == 1 ? ways.getFirst() : new Language.Choice(ways);
            List<Range> back = targets.get(state).get(state);
            if (back == null) {
                return onward;
            }
            return Languages.sequence(new Language.Repeat(written(back), 0, Language.Repeat.UNBOUNDED), onward);
        }

        private Language next(int root, int state, int depth) {
            boolean isLast = targets.get(state).keySet().stream().allMatch(target -> target == state);
            if (depth > 0 || isLast) {
                return told(root, state, depth);
            }
            references.computeIfAbsent(root, key -> new LinkedHashSet<>()).add(state);
            if (named.add(state)) {
                unwritten.add(state);
            }
            return new Language.Rule(name + state);
        }

        private Language written(List<Range> ranges) {
            return character.apply(CodePointSets.union(ranges));
        }

        /** Takes rules away from the end of the ways; those on a circle stay. */
        void requireShortWays() {
            Set<Integer> open = new LinkedHashSet<>(named);
            for (int round = 0; round <= MOST_RULES; round++) {
                Set<Integer> ends = new LinkedHashSet<>();
                for (int rule : open) {
                    if (references.getOrDefault(rule, Set.of()).stream().noneMatch(open::contains)) {
                        ends.add(rule);
                    }
                }
                if (ends.isEmpty()) {
                    return;
                }
                open.removeAll(ends);
            }
            throw new TooManyStatesException("its texts are too long for an automaton without a simple loop");
        }
    }
}
