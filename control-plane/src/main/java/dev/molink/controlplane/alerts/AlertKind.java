package dev.molink.controlplane.alerts;

import java.util.Arrays;
import java.util.Optional;

/** What is told, by the word that webhooks get as {@code type}. */
public enum AlertKind {
    /** A part of a budget is used up. */
    BUDGET_THRESHOLD("budget.threshold_reached"),
    /** The spending of a month has reached the sum of a spend alert. */
    SPEND_ALERT("spend_alert.triggered"),
    /** Counters, usage, ledger and statements do not agree. */
    RECONCILIATION_DIFFERENCE("reconciliation.difference"),
    /** An API key stops to work soon. */
    KEY_EXPIRY("api_key.expiring"),
    /** Somebody wants to see whether the webhook works. */
    TEST("webhook.test");

    private final String word;

    AlertKind(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    public static Optional<AlertKind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
    }
}
