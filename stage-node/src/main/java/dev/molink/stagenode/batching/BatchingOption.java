package dev.molink.stagenode.batching;

/** Which {@link BatchingPolicy} runs, as option {@code --batching} says it. */
public sealed interface BatchingOption {

    int MAX_GROUPS = 16;

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

    /** A policy that has seen nothing yet. */
    BatchingPolicy policy();

    /**
     * Reads {@code auto}, {@code molink}, {@code molink:measured} or {@code fixed:N}.
     *
     * @throws IllegalArgumentException that names what is allowed
     */
    static BatchingOption parse(String text) {
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
