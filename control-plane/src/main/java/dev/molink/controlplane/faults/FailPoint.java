package dev.molink.controlplane.faults;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A numbered point before or after a durable write or a message, at which a test makes the process die as {@code kill -9}
 * would: with the system property {@code molink.fail-point=NAME} at its first passage, with {@code NAME:3} at the third.
 * Without the property a passage costs one comparison.
 */
public final class FailPoint {

    private static final String CHOSEN = System.getProperty("molink.fail-point", "");
    private static final int KILLED = 137;
    private static final Map<String, AtomicInteger> PASSAGES = new ConcurrentHashMap<>();

    private FailPoint() {}

    /** @param name such as {@code settlement.before-commit}; unique in the product */
    public static void pass(String name) {
        if (!CHOSEN.isEmpty()) {
            dieWhenChosen(name);
        }
    }

    private static void dieWhenChosen(String name) {
        int colon = CHOSEN.indexOf(':');
        String chosen = colon < 0 ? CHOSEN : CHOSEN.substring(0, colon);
        int passage = colon < 0 ? 1 : Integer.parseInt(CHOSEN.substring(colon + 1));
        if (chosen.equals(name)
                && PASSAGES.computeIfAbsent(name, _ -> new AtomicInteger()).incrementAndGet() == passage) {
            Runtime.getRuntime().halt(KILLED);
        }
    }
}
