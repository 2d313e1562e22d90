package dev.molink.dbmigrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import org.h2.api.Trigger;

/** Refuses every change and removal of a row, for H2; PostgreSQL's triggers say the same in its own language. */
public final class AppendOnlyTrigger implements Trigger {

    private static final String INTEGRITY_CONSTRAINT_VIOLATION = "23000";

    private String table = "";

    @Override
    public void init(Connection connection, String schema, String trigger, String tableName, boolean before, int type) {
        table = tableName;
    }

    @Override
    public void fire(Connection connection, Object[] oldRow, Object[] newRow) throws SQLException {
        throw new SQLException(
                "rows of %s are never changed or removed".formatted(table.toLowerCase(Locale.ROOT)),
                INTEGRITY_CONSTRAINT_VIOLATION);
    }
}
