package dev.molink.gateway.tokenizer;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The tokens that are looked for in a text before anything else cuts it: at each place the longest one, places from left to
 * right. A trie, so that a text full of beginnings costs little however many tokens there are.
 */
final class AddedTokens {

    /** A token's id and the half-open range of the text where it stands. */
    record Match(int id, int start, int end) {}

    private static final int NO_TOKEN = -1;

    private final Node root = new Node();
    /** The first characters of all tokens. */
    private final BitSet beginnings = new BitSet();

    /** Looks for {@code text}, which is not empty. */
    void put(String text, int id) {
        beginnings.set(text.charAt(0));
        Node node = root;
        for (int at = 0; at < text.length(); at++) {
            node = node.children.computeIfAbsent(text.charAt(at), _ -> new Node());
        }
        node.id = id;
    }

    /** The first match that starts at {@code from} or later, or an empty one behind the end of the text. */
    Match next(String text, int from) {
        for (int start = from; start < text.length(); start++) {
            if (!beginnings.get(text.charAt(start))) {
                continue;
            }
            Match match = longestAt(text, start);
            if (match.id != NO_TOKEN) {
                return match;
            }
        }
        return new Match(NO_TOKEN, text.length(), text.length());
    }

    private Match longestAt(String text, int start) {
        Match longest = new Match(NO_TOKEN, start, start);
        Node node = root.children.get(text.charAt(start));
        for (int end = start + 1; node != null; end++) {
            if (node.id != NO_TOKEN) {
                longest = new Match(node.id, start, end);
            }
            node = end < text.length() ? node.children.get(text.charAt(end)) : null;
        }
        return longest;
    }

    private static final class Node {
        private final Map<Character, Node> children = new HashMap<>();
        private int id = NO_TOKEN;
    }
}
