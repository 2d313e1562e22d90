package dev.molink.stagenode.pipeline;

import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.codec.CodecOption;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import java.util.List;
import java.util.Locale;

/**
 * The codec of a formation and why it is that one.
 *
 * @param reason as {@code int8: the link from stage 0 to 1 carries 98 Mbit/s}
 */
record CodecChoice(ActivationCodec codec, String reason) {

    private static final double BITS_PER_BYTE = 8;
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    /** @param links by stage; the last one, which leads to the head and carries no activations, does not count */
    static CodecChoice of(CodecOption option, List<LinkRate> links) {
        if (option instanceof CodecOption.Fixed(ActivationCodec codec)) {
            return new CodecChoice(codec, codec + ": as --codec says");
        }
        List<LinkRate> between = links.subList(0, links.size() - 1);
        if (between.isEmpty()) {
            return because(option.choose(0), "a single stage sends no activations");
        }
        int slowest = slowest(between);
        long rate = between.get(slowest).bytesPerSecond();
        return rate == 0
                ? because(option.choose(0), "no link between stages could be measured")
                : because(
                        option.choose(rate),
                        "the link from stage %d to %d carries %s".formatted(slowest, slowest + 1, text(rate)));
    }

    private static CodecChoice because(ActivationCodec codec, String why) {
        return new CodecChoice(codec, "%s: %s".formatted(codec, why));
    }

    /** The slowest link of those whose rate is known; the first where none is. */
    private static int slowest(List<LinkRate> links) {
        int slowest = 0;
        for (int stage = 1; stage < links.size(); stage++) {
            if (isSlower(links.get(stage), links.get(slowest))) {
                slowest = stage;
            }
        }
        return slowest;
    }

    private static boolean isSlower(LinkRate one, LinkRate other) {
        return one.bytesPerSecond() > 0
                && (other.bytesPerSecond() == 0 || one.bytesPerSecond() < other.bytesPerSecond());
    }

    /** A rate as people write it. */
    static String text(long bytesPerSecond) {
        double bits = bytesPerSecond * BITS_PER_BYTE;
        return bits < GIGA
                ? String.format(Locale.ROOT, bits < 10 * MEGA ? "%.1f Mbit/s" : "%.0f Mbit/s", bits / MEGA)
                : String.format(Locale.ROOT, "%.1f Gbit/s", bits / GIGA);
    }
}
