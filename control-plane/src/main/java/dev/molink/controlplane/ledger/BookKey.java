package dev.molink.controlplane.ledger;

import java.util.Comparator;

/** The book of an organization in one currency; its accounts move money among themselves only. */
public record BookKey(String organizationId, String currency) {

    /** The order in which books are locked. */
    static final Comparator<BookKey> ORDER = Comparator.comparing(BookKey::id);

    String id() {
        return organizationId + ":" + currency;
    }
}
