package dev.molink.controlplane.storage;

import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs work in transactions. Work looks before it writes; when another process wrote the same in between, a constraint
 * refuses the write, and the work runs once more and sees what is there.
 */
public final class Transactions {

    private final TransactionTemplate template;

    public Transactions(PlatformTransactionManager manager) {
        this.template = new TransactionTemplate(manager);
    }

    /** @param work may run twice, so it changes nothing but the database */
    public <T> T run(Supplier<T> work) {
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
