package dev.molink.console.fleet;

import dev.molink.controlplane.fleet.LinkStatus;
import java.util.List;
import java.util.Locale;

/**
 * A link as a page shows it.
 *
 * @param from stage that sends
 * @param to stage that receives; 0 behind the last one, whose tokens go to the head
 * @param rate such as {@code 98 Mbit/s}, or a dash while it is not measured, as with the times
 * @param delay one way, such as {@code 15.2 ms}
 * @param decodeWait what 99 of 100 decode messages wait at most before they are out
 */
public record LinkView(int from, int to, String rate, String delay, String decodeWait, int busyPercent) {

    private static final String UNKNOWN = "–";
    private static final double BITS_PER_BYTE = 8;
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    /** The links of a pipeline; none of a single stage, which sends nothing to anybody. */
    static List<LinkView> all(List<LinkStatus> links) {
        return links.size() == 1
                ? List.of()
                : links.stream().map(link -> of(link, links.size())).toList();
    }

    private static LinkView of(LinkStatus link, int stages) {
        return new LinkView(
                link.stage(),
                (link.stage() + 1) % stages,
                rate(link.bytesPerSecond()),
                millis(link.oneWayNanos()),
                millis(link.decodeWaitP99Nanos()),
                NodeView.percent(Math.round(link.busyShare() * 100), 100));
    }

    static String rate(long bytesPerSecond) {
        double bits = bytesPerSecond * BITS_PER_BYTE;
        if (bits == 0) {
            return UNKNOWN;
        }
        return bits < GIGA
                ? String.format(Locale.ROOT, bits < 10 * MEGA ? "%.1f Mbit/s" : "%.0f Mbit/s", bits / MEGA)
                : String.format(Locale.ROOT, "%.1f Gbit/s", bits / GIGA);
    }

    static String millis(long nanos) {
        return nanos == 0 ? UNKNOWN : String.format(Locale.ROOT, "%.1f ms", nanos / NANOS_PER_MILLI);
    }
}
