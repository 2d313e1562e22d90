package dev.molink.gateway.generation;

import java.util.List;

/**
 * Watches one choice's text for stop strings that may span any number of tokens. Text that could still become the start of
 * one is held back, so no part of a stop string is ever sent. Belongs to one thread at a time.
 */
final class StopStrings {

    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean matched;

    StopStrings(List<String> stops) {
        this.stops = stops;
    }

    /** The part of the text that is certain to lie before any stop string; nothing once one was found. */
    String accept(String text) {
        if (matched || stops.isEmpty()) {
            return matched ? "" : text;
        }
        held.append(text);
        int match = firstMatch();
        if (match >= 0) {
            matched = true;
            return release(match);
        }
        return release(held.length() - longestPossibleStart());
    }

    /** What was held back, at the end of the text. */
    String flush() {
        return matched ? "" : release(held.length());
    }

    boolean matched() {
        return matched;
    }

    private String release(int length) {
        String text = held.substring(0, length);
        held.delete(0, length);
        return text;
    }

    private int firstMatch() {
        int first = -1;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            if (at >= 0 && (first < 0 || at < first)) {
                first = at;
            }
        }
        return first;
    }

    private int longestPossibleStart() {
        int longest = 0;
        for (String stop : stops) {
            longest = Math.max(longest, overlap(stop));
        }
        return longest;
    }

    /** The length of the longest end of the held text that is a proper start of {@code stop}. */
    private int overlap(String stop) {
        for (int length = Math.min(stop.length() - 1, held.length()); length > 0; length--) {
            if (held.indexOf(stop.substring(0, length), held.length() - length) >= 0) {
                return length;
            }
        }
        return 0;
    }
}
