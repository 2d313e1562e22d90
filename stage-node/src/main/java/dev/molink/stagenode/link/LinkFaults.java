package dev.molink.stagenode.link;

import java.util.Locale;

/**
 * Faults that a process makes on purpose in the frames that it sends, to show that nothing comes of them. Each share is of
 * all frames but those that open or close a connection; a seed makes the same faults at the same frames.
 *
 * @param corrupt share of frames in which one bit is turned
 * @param duplicate share of frames that go twice
 * @param drop share of frames that do not go
 * @param reorder share of frames that go behind up to three later ones
 */
public record LinkFaults(double corrupt, double duplicate, double drop, double reorder, long seed) {

    public static final LinkFaults NONE = new LinkFaults(0, 0, 0, 0, 0);

    public LinkFaults {
        requireShare("corrupt", corrupt);
        requireShare("duplicate", duplicate);
        requireShare("drop", drop);
        requireShare("reorder", reorder);
    }

    private static void requireShare(String name, double share) {
        if (!(share >= 0 && share <= 0.5)) {
            throw new IllegalArgumentException("link fault %s=%s is outside 0 … 0.5".formatted(name, share));
        }
    }

    /**
     * Reads {@code corrupt=0.01,duplicate=0.01,drop=0.01,reorder=0.01,seed=7}; what is not named is 0.
     *
     * @throws IllegalArgumentException that names what is wrong and what is allowed
     */
    public static LinkFaults parse(String text) {
        LinkFaults faults = NONE;
        for (String setting : text.split(",", -1)) {
            String[] parts = setting.split("=", 2);
            if (parts.length < 2) {
                throw new IllegalArgumentException("link fault '%s' is not NAME=VALUE".formatted(setting));
            }
            faults = faults.with(parts[0].strip().toLowerCase(Locale.ROOT), parts[1].strip());
        }
        return faults;
    }

    private LinkFaults with(String name, String value) {
        try {
            return switch (name) {
                case "corrupt" -> new LinkFaults(Double.parseDouble(value), duplicate, drop, reorder, seed);
                case "duplicate" -> new LinkFaults(corrupt, Double.parseDouble(value), drop, reorder, seed);
                case "drop" -> new LinkFaults(corrupt, duplicate, Double.parseDouble(value), reorder, seed);
                case "reorder" -> new LinkFaults(corrupt, duplicate, drop, Double.parseDouble(value), seed);
                case "seed" -> new LinkFaults(corrupt, duplicate, drop, reorder, Long.parseLong(value));
                default ->
                    throw new IllegalArgumentException(
                            "link fault '%s' is unknown; allowed: corrupt, duplicate, drop, reorder, seed"
                                    .formatted(name));
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("link fault %s=%s is no number".formatted(name, value), e);
        }
    }

    boolean areNone() {
        return corrupt + duplicate + drop + reorder == 0;
    }
}
