package dev.molink.controlplane.admission;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/** What a limit counts, and over which time. Windows are fixed: they begin with the minute, day or month of the zone. */
public enum LimitMetric {
    REQUESTS_PER_MINUTE(Unit.REQUESTS, Window.MINUTE, Admission.Reason.REQUESTS_PER_MINUTE, "requests per minute"),
    TOKENS_PER_MINUTE(Unit.TOKENS, Window.MINUTE, Admission.Reason.TOKENS_PER_MINUTE, "tokens per minute"),
    REQUESTS_PER_DAY(Unit.REQUESTS, Window.DAY, Admission.Reason.REQUESTS_PER_DAY, "requests per day"),
    TOKENS_PER_DAY(Unit.TOKENS, Window.DAY, Admission.Reason.TOKENS_PER_DAY, "tokens per day"),
    CONCURRENT_REQUESTS(Unit.SLOTS, Window.ALWAYS, Admission.Reason.CONCURRENT_REQUESTS, "concurrent requests"),
    BUDGET_PER_MONTH(Unit.MONEY, Window.MONTH, Admission.Reason.BUDGET, "spend per month"),
    /** The money that an organization has paid in advance; not a limit that somebody sets. */
    WALLET(Unit.MONEY, Window.ALWAYS, Admission.Reason.WALLET, "prepaid credit");

    private final Unit unit;
    private final Window window;
    private final Admission.Reason reason;
    private final String words;

    LimitMetric(Unit unit, Window window, Admission.Reason reason, String words) {
        this.unit = unit;
        this.window = window;
        this.reason = reason;
        this.words = words;
    }

    /** What one request takes of it. */
    enum Unit {
        REQUESTS,
        TOKENS,
        /** One while the request runs. */
        SLOTS,
        MONEY
    }

    enum Window {
        MINUTE {
            @Override
            Instant start(ZonedDateTime at) {
                return at.truncatedTo(ChronoUnit.MINUTES).toInstant();
            }

            @Override
            Instant end(ZonedDateTime at) {
                return at.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1).toInstant();
            }
        },
        DAY {
            @Override
            Instant start(ZonedDateTime at) {
                return at.toLocalDate().atStartOfDay(at.getZone()).toInstant();
            }

            @Override
            Instant end(ZonedDateTime at) {
                return at.toLocalDate().plusDays(1).atStartOfDay(at.getZone()).toInstant();
            }
        },
        MONTH {
            @Override
            Instant start(ZonedDateTime at) {
                return at.toLocalDate()
                        .withDayOfMonth(1)
                        .atStartOfDay(at.getZone())
                        .toInstant();
            }

            @Override
            Instant end(ZonedDateTime at) {
                return at.toLocalDate()
                        .withDayOfMonth(1)
                        .plusMonths(1)
                        .atStartOfDay(at.getZone())
                        .toInstant();
            }
        },
        ALWAYS {
            @Override
            Instant start(ZonedDateTime at) {
                return Instant.EPOCH;
            }

            @Override
            Instant end(ZonedDateTime at) {
                return Instant.MAX;
            }
        };

        abstract Instant start(ZonedDateTime at);

        /** The first instant after it. */
        abstract Instant end(ZonedDateTime at);
    }

    Unit unit() {
        return unit;
    }

    Window window() {
        return window;
    }

    Admission.Reason reason() {
        return reason;
    }

    /** As in a sentence, such as {@code requests per minute}. */
    public String words() {
        return words;
    }

    public boolean money() {
        return unit == Unit.MONEY;
    }

    /** Whether usage records count it, in the transaction that writes them; otherwise a share that was used stays held. */
    boolean settledByRecords() {
        return window == Window.DAY || money();
    }

    /** Whether the use of a gateway that died stays counted until the window ends, because nothing else tells it. */
    boolean forfeited() {
        return window == Window.MINUTE;
    }

    /** Whether it is used up at admission, whatever becomes of the request. */
    boolean usedAtOnce() {
        return this == REQUESTS_PER_MINUTE;
    }

    /** Whether a running stream ends where it is used up. */
    boolean endsStreams() {
        return unit == Unit.MONEY;
    }
}
