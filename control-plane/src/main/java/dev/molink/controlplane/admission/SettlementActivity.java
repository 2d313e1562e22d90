package dev.molink.controlplane.admission;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Whether settlements change the rows of shares just now. Safe for any thread. */
final class SettlementActivity {

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong ended = new AtomicLong();

    void begin() {
        open.incrementAndGet();
    }

    void end() {
        ended.incrementAndGet();
        open.decrementAndGet();
    }

    long mark() {
        return ended.get();
    }

    /** Whether none ran since {@code mark} was taken. */
    boolean quietSince(long mark) {
        return open.get() == 0 && ended.get() == mark;
    }
}
