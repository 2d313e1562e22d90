package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.GrammarException.Reason;
import dev.molink.stagenode.grammar.Language.Choice;
import dev.molink.stagenode.grammar.Language.Sequence;
import dev.molink.stagenode.grammar.Language.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** One of several texts. */
public final class Choices {

    private static final int MAX_CHOICES = 20_000;
    private static final int MAX_SHARED_NESTING = 100;

    private Choices() {}

    /**
     * The texts of {@code choices}. Common beginnings are read once, so that a thousand choices are one reading after a
     * few characters.
     *
     * @throws GrammarException when there is none, one is empty, or there are too many
     */
    public static Language read(List<String> choices) {
        if (choices.isEmpty()) {
            throw new GrammarException(Reason.IMPOSSIBLE, "the list of choices is empty; at least one is needed");
        }
        if (choices.size() > MAX_CHOICES) {
            throw new GrammarException(
                    Reason.TOO_LARGE, "there are %d choices; allowed are %d".formatted(choices.size(), MAX_CHOICES));
        }
        if (choices.contains("")) {
            throw new GrammarException(Reason.INVALID, "choice %d is the empty text".formatted(choices.indexOf("")));
        }
        return tree(List.copyOf(new TreeSet<>(choices)), 0, 0);
    }

    /** @param sorted distinct texts that agree in their first {@code shared} characters */
    private static Language tree(List<String> sorted, int shared, int nesting) {
        if (sorted.size() == 1 || nesting == MAX_SHARED_NESTING) {
            return anyOf(sorted, shared);
        }
        List<Language> branches = new ArrayList<>();
        int from = 0;
        if (sorted.getFirst().length() == shared) {
            branches.add(new Text(""));
            from = 1;
        }
        while (from < sorted.size()) {
            int first = sorted.get(from).codePointAt(shared);
            int to = from + 1;
            while (to < sorted.size() && sorted.get(to).codePointAt(shared) == first) {
                to++;
            }
            branches.add(branch(sorted.subList(from, to), shared, nesting));
            from = to;
        }
        return branches.size() == 1 ? branches.getFirst() : new Choice(branches);
    }

    private static Language branch(List<String> texts, int from, int nesting) {
        int to = sharedLength(texts.getFirst(), texts.getLast());
        Text beginning = new Text(texts.getFirst().substring(from, to));
        return texts.size() == 1 ? beginning : new Sequence(List.of(beginning, tree(texts, to, nesting + 1)));
    }

    private static Language anyOf(List<String> texts, int from) {
        return new Choice(texts.stream()
                .<Language>map(text -> new Text(text.substring(from)))
                .toList());
    }

    /** Of sorted texts the first and the last agree least. Never within a surrogate pair. */
    private static int sharedLength(String first, String last) {
        int shared = 0;
        while (shared < Math.min(first.length(), last.length())
                && first.codePointAt(shared) == last.codePointAt(shared)) {
            shared += Character.charCount(first.codePointAt(shared));
        }
        return shared;
    }
}
