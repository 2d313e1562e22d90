package dev.molink.product;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for something that another process does, with a deadline. */
final class Eventually {

    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private Eventually() {}

    static void within(String what, Callable<Boolean> condition) {
        within(DEADLINE, what, condition);
    }

    static void within(Duration deadline, String what, Callable<Boolean> condition) {
        long end = System.nanoTime() + deadline.toNanos();
        Throwable last = null;
        while (System.nanoTime() < end) {
            try {
                if (condition.call()) {
                    return;
                }
                last = null;
            } catch (Exception | AssertionError e) {
                last = e;
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        fail("not within %s: %s".formatted(deadline, what), last);
    }
}
