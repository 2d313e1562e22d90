package dev.molink.controlplane.storage;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/** The database does not answer, or not now: the same may succeed later. Other failures would only come again. */
public final class DatabaseOutage extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Connection failures, too few resources, the operator's intervention, a full or broken disk. */
    private static final Set<String> STATE_CLASSES = Set.of("08", "53", "57", "58");
    /** H2: the database was closed, the file could not be written or read. */
    private static final Set<Integer> H2_CODES = Set.of(90_028, 90_031, 90_098, 90_121);

    public DatabaseOutage(String message) {
        super(message);
    }

    /** Whether {@code failure} says that the database does not answer, and nothing of what it was asked. */
    public static boolean isOne(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (says(cause)) {
                return true;
            }
        }
        return false;
    }

    private static boolean says(Throwable cause) {
        return switch (cause) {
            case DatabaseOutage _,
                    DataAccessResourceFailureException _,
                    RecoverableDataAccessException _,
                    TransientDataAccessException _,
                    CannotCreateTransactionException _,
                    TransactionSystemException _,
                    SQLTransientException _ -> true;
            case SQLException known -> says(known);
            default -> false;
        };
    }

    private static boolean says(SQLException failure) {
        String state = failure.getSQLState();
        return failure instanceof SQLTimeoutException
                || (state != null && state.length() == 5 && STATE_CLASSES.contains(state.substring(0, 2)))
                || H2_CODES.contains(failure.getErrorCode());
    }
}
