package dev.molink.stagenode.grammar;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Tokens as a tree over their bytes, in preorder: a walk visits common beginnings once, and leaves out a whole subtree by
 * going on behind its end.
 */
final class TokenTrie {

    private static final int NONE = -1;

    private final byte[] values;
    /** Depth of each node; 1 for a first byte. */
    private final int[] depths;
    /** The node behind each node's subtree. */
    private final int[] ends;
    /** A token that ends at each node, or -1. */
    private final int[] tokens;
    /** Another token of the same bytes, by token, or -1. */
    private final int[] twins;

    private final int maxDepth;

    private TokenTrie(byte[] values, int[] depths, int[] ends, int[] tokens, int[] twins, int maxDepth) {
        this.values = values;
        this.depths = depths;
        this.ends = ends;
        this.tokens = tokens;
        this.twins = twins;
        this.maxDepth = maxDepth;
    }

    /** Of the tokens with {@code minBytes} to {@code maxBytes} bytes that are not special. */
    static TokenTrie of(TokenVocabulary vocabulary, int minBytes, int maxBytes) {
        Integer[] sorted = IntStream.range(0, vocabulary.size())
                .filter(id -> !vocabulary.isSpecial(id)
                        && vocabulary.byteCount(id) >= minBytes
                        && vocabulary.byteCount(id) <= maxBytes)
                .boxed()
                .toArray(Integer[]::new);
        Arrays.sort(sorted, vocabulary::compareBytes);
        return new Builder(vocabulary, sorted).build();
    }

    int nodes() {
        return values.length;
    }

    byte value(int node) {
        return values[node];
    }

    int depth(int node) {
        return depths[node];
    }

    int end(int node) {
        return ends[node];
    }

    int token(int node) {
        return tokens[node];
    }

    int twin(int token) {
        return twins[token];
    }

    /** Bytes of the longest token. */
    int maxDepth() {
        return maxDepth;
    }

    private static final class Builder {

        private final TokenVocabulary vocabulary;
        private final Integer[] sorted;
        private final int[] twins;
        private byte[] values = new byte[1024];
        private int[] depths = new int[1024];
        private int[] ends = new int[1024];
        private int[] tokens = new int[1024];
        private int nodes;
        /** The node of each depth on the way to the newest one. */
        private int[] path = new int[1];

        private Builder(TokenVocabulary vocabulary, Integer[] sorted) {
            this.vocabulary = vocabulary;
            this.sorted = sorted;
            this.twins = new int[vocabulary.size()];
            Arrays.fill(twins, NONE);
        }

        private TokenTrie build() {
            int depth = 0;
            int previous = NONE;
            int maxDepth = 0;
            for (int id : sorted) {
                int shared = previous == NONE ? 0 : sharedBytes(previous, id);
                close(shared, depth);
                depth = vocabulary.byteCount(id);
                maxDepth = Math.max(maxDepth, depth);
                open(id, shared, depth);
                previous = id;
            }
            close(0, depth);
            return new TokenTrie(
                    Arrays.copyOf(values, nodes),
                    Arrays.copyOf(depths, nodes),
                    Arrays.copyOf(ends, nodes),
                    Arrays.copyOf(tokens, nodes),
                    twins,
                    maxDepth);
        }

        private int sharedBytes(int left, int right) {
            int most = Math.min(vocabulary.byteCount(left), vocabulary.byteCount(right));
            int shared = 0;
            while (shared < most && vocabulary.byteAt(left, shared) == vocabulary.byteAt(right, shared)) {
                shared++;
            }
            return shared;
        }

        private void close(int shared, int depth) {
            for (int at = shared + 1; at <= depth; at++) {
                ends[path[at]] = nodes;
            }
        }

        private void open(int id, int shared, int depth) {
            if (path.length <= depth) {
                path = Arrays.copyOf(path, 2 * depth + 1);
            }
            for (int at = shared + 1; at <= depth; at++) {
                path[at] = add(vocabulary.byteAt(id, at - 1), at);
            }
            int node = path[depth];
            twins[id] = tokens[node];
            tokens[node] = id;
        }

        private int add(byte value, int depth) {
            if (nodes == values.length) {
                values = Arrays.copyOf(values, 2 * nodes);
                depths = Arrays.copyOf(depths, 2 * nodes);
                ends = Arrays.copyOf(ends, 2 * nodes);
                tokens = Arrays.copyOf(tokens, 2 * nodes);
            }
            values[nodes] = value;
            depths[nodes] = depth;
            tokens[nodes] = NONE;
            return nodes++;
        }
    }
}
