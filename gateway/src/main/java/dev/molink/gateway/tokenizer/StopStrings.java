package dev.molink.gateway.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Ends one choice's text at the first stop string. What may still become a stop string is held back; a stop string and
 * what follows it are never given out. Where several complete at the same character, the one that began first counts, so
 * the outcome does not depend on how the text was cut into deltas. Belongs to one thread at a time.
 *
 * <p>Each stop string is followed by a Knuth-Morris-Pratt automaton; the text held back is the longest match under way.
 */
public final class StopStrings {

    private final List<Progress> automata = new ArrayList<>();
    private final StringBuilder held = new StringBuilder();
    private Optional<String> matched = Optional.empty();

    /** Watches for {@code stops}; none must be empty or hold an unpaired surrogate. */
    public StopStrings(List<String> stops) {
        for (String stop : stops) {
            automata.add(new Progress(stop));
        }
    }

    /** The part of the text so far that no stop string can reach any more; empty once a stop string was found. */
    public String accept(String delta) {
        if (automata.isEmpty()) {
            return delta;
        }
        if (matched.isPresent()) {
            return "";
        }
        for (int at = 0; at < delta.length() && matched.isEmpty(); at++) {
            held.append(delta.charAt(at));
            matched = completedBy(delta.charAt(at));
        }
        int kept = matched.isPresent() ? matched.get().length() : longestUnderWay();
        String text = held.substring(0, held.length() - kept);
        held.delete(0, matched.isPresent() ? held.length() : text.length());
        return text;
    }

    /** What was held back, at the end of the stream; empty when a stop string was found. */
    public String flush() {
        String text = held.toString();
        held.setLength(0);
        return text;
    }

    /** The stop string that ended the text. */
    public Optional<String> matched() {
        return matched;
    }

    private Optional<String> completedBy(char next) {
        Optional<String> longest = Optional.empty();
        for (Progress progress : automata) {
            if (progress.advance(next)
                    && progress.stop.length() > longest.map(String::length).orElse(0)) {
                longest = Optional.of(progress.stop);
            }
        }
        return longest;
    }

    private int longestUnderWay() {
        int longest = 0;
        for (Progress progress : automata) {
            longest = Math.max(longest, progress.length);
        }
        return longest;
    }

    /** How much of one stop string the text's end spells. */
    private static final class Progress {

        private final String stop;
        /** For each length of a match under way, the next shorter one that ends at the same character. */
        private final int[] shorter;

        private int length;

        Progress(String stop) {
            this.stop = checked(stop);
            this.shorter = new int[stop.length() + 1];
            for (int end = 1; end < stop.length(); end++) {
                shorter[end + 1] = longestAfter(shorter[end], stop.charAt(end));
            }
        }

        /** Whether {@code next} completes the stop string. */
        boolean advance(char next) {
            length = longestAfter(length, next);
            return length == stop.length();
        }

        private int longestAfter(int match, char next) {
            int from = match;
            while (from > 0 && stop.charAt(from) != next) {
                from = shorter[from];
            }
            return stop.charAt(from) == next ? from + 1 : 0;
        }

        private static String checked(String stop) {
            if (stop.isEmpty()) {
                throw new IllegalArgumentException("a stop string must not be empty");
            }
            if (!stop.equals(WellFormedText.of(stop))) {
                throw new IllegalArgumentException("a stop string must not hold an unpaired surrogate");
            }
            return stop;
        }
    }
}
