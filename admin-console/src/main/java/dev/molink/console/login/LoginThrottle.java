package dev.molink.console.login;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Slows down guessing. Failed logins are counted for a window of five minutes that begins with the first: per account and
 * address, so that a stranger cannot lock somebody out from elsewhere; per address; and, much higher, per account, against
 * guessing from many addresses. An attempt counts before its password is looked at, so attempts side by side count as well.
 *
 * <p>At most {@value #MAX_COUNTERS} counters are kept, the longest unused is forgotten first.
 */
final class LoginThrottle {

    static final Duration WINDOW = Duration.ofMinutes(5);
    static final int MAX_COUNTERS = 10_000;
    static final int PER_ACCOUNT_AND_ADDRESS = 5;
    static final int PER_ADDRESS = 30;
    static final int PER_ACCOUNT = 100;

    private final InstantSource clock;
    private final Map<Counted, Count> counts = new LinkedHashMap<>(16, 0.75f, true);

    /** What is counted together; an empty part stands for any. */
    private record Counted(String login, String address, int limit) {}

    private record Count(int attempts, Instant since) {}

    LoginThrottle(InstantSource clock) {
        this.clock = clock;
    }

    /** Counts an attempt. False when too many failed lately: then the password must not even be looked at. */
    synchronized boolean admit(String login, String address) {
        Instant now = clock.instant();
        List<Counted> all = counted(login, address);
        if (all.stream().anyMatch(counted -> attempts(counted, now) >= counted.limit())) {
            return false;
        }
        for (Counted counted : all) {
            counts.merge(
                    counted,
                    new Count(1, now),
                    (before, first) -> over(before, now) ? first : new Count(before.attempts() + 1, before.since()));
        }
        forgetOldest();
        return true;
    }

    /** Takes back the attempt, and with it the earlier failures of this account from this address. */
    synchronized void succeeded(String login, String address) {
        for (Counted counted : counted(login, address)) {
            counts.computeIfPresent(
                    counted,
                    (any, count) -> counted.limit() == PER_ACCOUNT_AND_ADDRESS
                            ? null
                            : new Count(count.attempts() - 1, count.since()));
        }
    }

    synchronized int counters() {
        return counts.size();
    }

    private int attempts(Counted counted, Instant now) {
        Count count = counts.get(counted);
        return count == null || over(count, now) ? 0 : count.attempts();
    }

    private static boolean over(Count count, Instant now) {
        return !now.isBefore(count.since().plus(WINDOW));
    }

    private void forgetOldest() {
        var oldest = counts.entrySet().iterator();
        while (counts.size() > MAX_COUNTERS) {
            oldest.next();
            oldest.remove();
        }
    }

    private static List<Counted> counted(String login, String address) {
        String account = login.strip().toLowerCase(Locale.ROOT);
        return List.of(
                new Counted(account, address, PER_ACCOUNT_AND_ADDRESS),
                new Counted("", address, PER_ADDRESS),
                new Counted(account, "", PER_ACCOUNT));
    }
}
