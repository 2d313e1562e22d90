package dev.molink.stagenode.model.hub;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Logs a line at the start, at the end, and between them every tenth part or every ten seconds, whichever is rarer. Files
 * below a megabyte come in silence.
 */
public final class LoggedProgress implements FetchProgress {

    private static final long INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long STEP_PERCENT = 10;
    private static final long MEGABYTE = 1_000_000;

    private final LongSupplier nanoClock;
    private final Consumer<String> log;
    private String file = "";
    private long loggedPercent;
    private long loggedNanos;

    /**
     * @param nanoClock as {@link System#nanoTime}
     * @param log takes the lines
     */
    public LoggedProgress(LongSupplier nanoClock, Consumer<String> log) {
        this.nanoClock = nanoClock;
        this.log = log;
    }

    @Override
    public synchronized void fetched(String name, long bytes, long totalBytes) {
        if (totalBytes < MEGABYTE) {
            return;
        }
        long percent = bytes * 100 / totalBytes;
        long now = nanoClock.getAsLong();
        boolean first = !name.equals(file);
        boolean due = percent >= loggedPercent + STEP_PERCENT && now - loggedNanos >= INTERVAL_NANOS;
        if (first || due || (bytes == totalBytes && percent != loggedPercent)) {
            log.accept("Fetching %s: %d %% of %d MB".formatted(name, percent, totalBytes / MEGABYTE));
            file = name;
            loggedPercent = percent;
            loggedNanos = now;
        }
    }
}
