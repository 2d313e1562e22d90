package dev.molink.stagenode.batching;

/** Which {@link BatchingPolicy} runs, as option {@code --batching} says it. */
public sealed interface BatchingOption {

    int MAX_GROUPS = 16;

    int LEAST_PIECE_TOKENS = 16;
    int MOST_PIECE_TOKENS = 8192;

    /** What stands between groups and pieces. */
    String PIECE_MARK = "@";

    /** Ours: from measured times, rates and delays. */
    record Auto() implements BatchingOption {

        @Override
        public BatchingPolicy policy() {
            return new AutoPolicy();
        }

        @Override
        public String toString() {
            return "auto";
        }
    }

    /**
     * MoLink's published rule, for comparison.
     *
     * @param measuredRate whether it gets the slowest link's measured rate instead of its own 1 Gbit/s
     */
    record Molink(boolean measuredRate) implements BatchingOption {

        @Override
        public BatchingPolicy policy() {
            return new MolinkPolicy(measuredRate);
        }

        @Override
        public String toString() {
            return measuredRate ? "molink:measured" : "molink";
        }
    }

    /** So many decode groups whatever is measured; pieces as with {@link Auto}, so that the groups alone differ. */
    record Fixed(int decodeGroups) implements BatchingOption {

        public Fixed {
            if (decodeGroups < 1 || decodeGroups > MAX_GROUPS) {
                throw new IllegalArgumentException("batching fixed:%d is out of range; fixed:1 to fixed:%d are allowed"
                        .formatted(decodeGroups, MAX_GROUPS));
            }
        }

        @Override
        public BatchingPolicy policy() {
            return new FixedPolicy(decodeGroups);
        }

        @Override
        public String toString() {
            return "fixed:" + decodeGroups;
        }
    }

    /**
     * The groups of another option with pieces of one size, whatever is measured.
     *
     * @param groups without a piece of its own
     * @param pieceTokens {@link Decision#WHOLE_PROMPT} for whole prompts
     */
    record Pieces(BatchingOption groups, int pieceTokens) implements BatchingOption {

        private static final String WHOLE = "whole";

        public Pieces {
            boolean inRange = pieceTokens >= LEAST_PIECE_TOKENS && pieceTokens <= MOST_PIECE_TOKENS;
            if (groups instanceof Pieces || (!inRange && pieceTokens != Decision.WHOLE_PROMPT)) {
                throw refused(groups + PIECE_MARK + pieceTokens);
            }
        }

        static Pieces parse(BatchingOption groups, String piece) {
            if (piece.equals(WHOLE)) {
                return new Pieces(groups, Decision.WHOLE_PROMPT);
            }
            if (!piece.matches("[0-9]{1,5}")) {
                throw refused(groups + PIECE_MARK + piece);
            }
            return new Pieces(groups, Integer.parseInt(piece));
        }

        private static IllegalArgumentException refused(String text) {
            return new IllegalArgumentException(
                    "the prefill piece of batching '%s' is not allowed; after %s stands %s or a number of tokens from %d to %d"
                            .formatted(text, PIECE_MARK, WHOLE, LEAST_PIECE_TOKENS, MOST_PIECE_TOKENS));
        }

        @Override
        public BatchingPolicy policy() {
            return new PiecePolicy(groups.policy(), pieceTokens);
        }

        @Override
        public String toString() {
            return groups + PIECE_MARK + (pieceTokens == Decision.WHOLE_PROMPT ? WHOLE : pieceTokens);
        }
    }

    /** A policy that has seen nothing yet. */
    BatchingPolicy policy();

    /**
     * Reads {@code auto}, {@code molink}, {@code molink:measured} or {@code fixed:N}, and behind it for pieces of one size
     * {@code @whole} or {@code @} and a number of tokens.
     *
     * @throws IllegalArgumentException that names what is allowed
     */
    static BatchingOption parse(String text) {
        int mark = text.indexOf(PIECE_MARK);
        return mark < 0
                ? parseGroups(text)
                : Pieces.parse(parseGroups(text.substring(0, mark)), text.substring(mark + PIECE_MARK.length()));
    }

    private static BatchingOption parseGroups(String text) {
        return switch (text) {
            case "auto" -> new Auto();
            case "molink" -> new Molink(false);
            case "molink:measured" -> new Molink(true);
            default -> new Fixed(fixedGroups(text));
        };
    }

    private static int fixedGroups(String text) {
        if (!text.matches("fixed:[0-9]{1,9}")) {
            throw new IllegalArgumentException(
                    "batching '%s' is unknown; auto, molink, molink:measured and fixed:N with N from 1 to %d are allowed"
                            .formatted(text, MAX_GROUPS));
        }
        return Integer.parseInt(text.substring("fixed:".length()));
    }
}
