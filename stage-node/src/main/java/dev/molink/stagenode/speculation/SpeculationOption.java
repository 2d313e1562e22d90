package dev.molink.stagenode.speculation;

/** Whether drafts are verified, as option {@code --speculation} says it. */
public sealed interface SpeculationOption {

    int MAX_DRAFT_TOKENS = 16;

    /** Where and as far as it is measured to pay. */
    record Auto() implements SpeculationOption {

        @Override
        public String toString() {
            return "auto";
        }
    }

    record Off() implements SpeculationOption {

        @Override
        public String toString() {
            return "off";
        }
    }

    /** Always up to so many drafts, whatever it costs. */
    record Fixed(int draftTokens) implements SpeculationOption {

        public Fixed {
            if (draftTokens < 1 || draftTokens > MAX_DRAFT_TOKENS) {
                throw new IllegalArgumentException("speculation of %d drafts is out of range; 1 to %d are allowed"
                        .formatted(draftTokens, MAX_DRAFT_TOKENS));
            }
        }

        @Override
        public String toString() {
            return Integer.toString(draftTokens);
        }
    }

    /**
     * Reads {@code auto}, {@code off} or a number of drafts.
     *
     * @throws IllegalArgumentException that names what is allowed
     */
    static SpeculationOption parse(String text) {
        return switch (text) {
            case "auto" -> new Auto();
            case "off" -> new Off();
            default -> new Fixed(draftTokens(text));
        };
    }

    private static int draftTokens(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException(
                    "speculation '%s' is unknown; auto, off and a number of drafts from 1 to %d are allowed"
                            .formatted(text, MAX_DRAFT_TOKENS));
        }
        return Integer.parseInt(text);
    }
}
