package dev.molink.controlplane.keys;

import org.springframework.jdbc.core.simple.JdbcClient;

/** The stamp that rises with every change of any key. */
final class KeyChanges {

    private final JdbcClient database;

    KeyChanges(JdbcClient database) {
        this.database = database;
    }

    long stamp() {
        return database.sql("SELECT stamp FROM api_key_change WHERE id = 1")
                .query(Long.class)
                .single();
    }

    /** Within the transaction that changes the key. */
    void changed() {
        database.sql("UPDATE api_key_change SET stamp = stamp + 1 WHERE id = 1").update();
    }
}
