package dev.molink.controlplane.storage;

import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs work in transactions. Work looks before it writes; when another process wrote the same in between, a constraint
 * refuses the write, and the work runs once more and sees what is there. Work that the database ended for the sake of
 * another transaction, a deadlock or a row that was locked too long, runs again a few times.
 */
public final class Transactions {

    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    private static final int MAX_CONFLICTS = 4;

    private final TransactionTemplate template;

    public Transactions(PlatformTransactionManager manager) {
        this.template = new TransactionTemplate(manager);
    }

    /**
     * Within another transaction of this thread the work joins it, and it is that one which runs again.
     *
     * @param work may run several times, so it changes nothing but the database
     */
    public <T> T run(Supplier<T> work) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            return once(work);
        }
        for (int conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
            try {
                return onceMoreWhenOvertaken(work);
            } catch (ConcurrencyFailureException conflict) {
                LOG.debug("a transaction runs again: {}", conflict.getMessage());
            }
        }
        return once(work);
    }

    /** Runs {@code task} when the transaction of this thread has committed; at once when there is none. */
    public static void afterCommit(Runnable task) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            task.run();
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                task.run();
            }
        });
    }

    private <T> T onceMoreWhenOvertaken(Supplier<T> work) {
        try {
            return once(work);
        } catch (DataIntegrityViolationException overtaken) {
            return once(work);
        }
    }

    private <T> T once(Supplier<T> work) {
        return Objects.requireNonNull(template.execute(status -> work.get()));
    }
}
