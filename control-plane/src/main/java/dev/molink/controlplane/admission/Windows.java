package dev.molink.controlplane.admission;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The windows of time in one zone. Remembers the current ones, which nearly every question is for. Safe for any thread. */
final class Windows {

    private final ZoneId zone;
    private final AtomicReferenceArray<Span> current = new AtomicReferenceArray<>(LimitMetric.Window.values().length);

    private record Span(Instant start, Instant end) {

        boolean holds(Instant at) {
            return !at.isBefore(start) && at.isBefore(end);
        }
    }

    Windows(ZoneId zone) {
        this.zone = zone;
    }

    /** The bound that counts what happens at {@code at}. */
    Bound bound(LimitOwner owner, LimitMetric metric, String currency, Instant at) {
        Span span = span(metric.window(), at);
        return new Bound(owner, metric, currency, span.start, span.end);
    }

    /** The bound that follows it in time. */
    Bound after(Bound bound) {
        ZonedDateTime next = bound.end().atZone(zone);
        LimitMetric.Window window = bound.metric().window();
        return new Bound(bound.owner(), bound.metric(), bound.currency(), window.start(next), window.end(next));
    }

    @SuppressWarnings("EnumOrdinal") // an index of this array alone
    private Span span(LimitMetric.Window window, Instant at) {
        Span known = current.get(window.ordinal());
        if (known != null && known.holds(at)) {
            return known;
        }
        ZonedDateTime zoned = at.atZone(zone);
        Span span = new Span(window.start(zoned), window.end(zoned));
        current.set(window.ordinal(), span);
        return span;
    }
}
