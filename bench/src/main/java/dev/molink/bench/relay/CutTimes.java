package dev.molink.bench.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** When a link is cut: by call and by schedule. */
final class CutTimes {

    private final Runnable reset;
    private final List<Thread> schedules = new ArrayList<>(); // guarded by this
    private long endNanos = System.nanoTime(); // guarded by this

    /** @param reset called whenever a cut begins */
    CutTimes(Runnable reset) {
        this.reset = reset;
    }

    /** Cuts the link now. */
    void cut(Duration time) {
        synchronized (this) {
            endNanos = Math.max(endNanos, System.nanoTime() + time.toNanos());
        }
        reset.run();
    }

    synchronized boolean cutNow() {
        return System.nanoTime() - endNanos < 0;
    }

    /** Cuts the link at these times from now on, and at no others. */
    synchronized void follow(List<Outages> times) {
        schedules.forEach(Thread::interrupt);
        schedules.clear();
        for (Outages each : times) {
            if (!each.none()) {
                schedules.add(Thread.ofVirtual().name("relay-cuts").start(() -> repeat(each)));
            }
        }
    }

    private void repeat(Outages times) {
        try {
            while (true) {
                Thread.sleep(times.period().minus(times.length()));
                cut(times.length());
                Thread.sleep(times.length());
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }
}
