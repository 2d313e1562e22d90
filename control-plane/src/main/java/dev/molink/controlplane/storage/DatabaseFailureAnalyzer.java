package dev.molink.controlplane.storage;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in a sentence why the database could not be opened at start. */
final class DatabaseFailureAnalyzer extends AbstractFailureAnalyzer<SQLException> {

    private static final int H2_FILE_IN_USE = 90020;
    private static final String CONNECTION_CLASS = "08";
    private static final String AUTHORIZATION_CLASS = "28";

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable root, SQLException cause) {
        String state = cause.getSQLState() == null ? "" : cause.getSQLState();
        if (cause.getErrorCode() == H2_FILE_IN_USE) {
            return new FailureAnalysis(
                    "The database file in the data folder is in use by another process.",
                    "Stop the other process, or choose another folder with --data. A gateway carries the console itself at"
                            + " /console; to run several processes on one database, use PostgreSQL (--database-url).",
                    cause);
        }
        if (state.startsWith(AUTHORIZATION_CLASS)) {
            return new FailureAnalysis(
                    "The database refused the login: " + cause.getMessage(),
                    "Check molink.database.user and molink.database.password.",
                    cause);
        }
        return state.startsWith(CONNECTION_CLASS)
                ? new FailureAnalysis(
                        "The database does not answer: " + cause.getMessage(),
                        "Check that it runs and that molink.database.url names it.",
                        cause)
                : null;
    }
}
