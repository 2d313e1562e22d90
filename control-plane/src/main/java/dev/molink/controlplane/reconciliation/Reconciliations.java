package dev.molink.controlplane.reconciliation;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.evidence.EvidenceStore;
import dev.molink.controlplane.faults.FailPoint;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.usage.UsageStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Comparisons of the books: one each night over the day before, and as many as somebody asks for. A comparison is claimed in
 * the database, so of several replicas one runs it, and another one takes it over when its process dies.
 */
public final class Reconciliations {

    public static final Duration LONGEST = Duration.ofDays(31);

    /** How often a replica looks whether a comparison is due or abandoned. */
    static final Duration CHECK = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Reconciliations.class);
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Duration METRIC_AGE = Duration.ofHours(36);
    private static final int MAX_FAILURE = 1_000;
    private static final String SYSTEM = "system";

    private final ReconciliationRows rows;
    private final UsageStore usage;
    private final EvidenceStore evidence;
    private final LedgerCharges ledger;
    private final StatementCharges statements;
    private final LostEvidence lost;
    private final ReconciliationSettings settings;
    private final Transactions transactions;
    private final Identifiers identifiers;
    private final InstantSource clock;
    private final List<ReconciliationListener> listeners;

    Reconciliations(
            ReconciliationRows rows,
            UsageStore usage,
            EvidenceStore evidence,
            LedgerCharges ledger,
            StatementCharges statements,
            LostEvidence lost,
            ReconciliationSettings settings,
            Transactions transactions,
            Identifiers identifiers,
            InstantSource clock,
            List<ReconciliationListener> listeners) {
        this.rows = rows;
        this.usage = usage;
        this.evidence = evidence;
        this.ledger = ledger;
        this.statements = statements;
        this.lost = lost;
        this.settings = settings;
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.clock = clock;
        this.listeners = List.copyOf(listeners);
    }

    /**
     * Asks for a comparison; some replica begins it within seconds. Part of the caller's transaction where there is one.
     *
     * @param from requests that finished then or later …
     * @param until … and before then
     * @throws RefusedException when the range is empty or too long
     */
    public ReconciliationRun request(Instant from, Instant until, String actorId) {
        if (!from.isBefore(until) || Duration.between(from, until).compareTo(LONGEST) > 0) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "'end_time' must be after 'start_time' and at most %d days later, but they are %s and %s"
                            .formatted(LONGEST.toDays(), until, from),
                    "end_time");
        }
        String runId = identifiers.next("rec");
        return transactions.run(() -> {
            Instant now = now();
            // expired from the beginning: whoever looks next takes it
            rows.claim(runId, "run:" + runId, micros(from), micros(until), actorId, now, now);
            return rows.find(runId).orElseThrow();
        });
    }

    /** The newest first. */
    public List<ReconciliationRun> newest(int limit) {
        return rows.newest(limit);
    }

    public Optional<ReconciliationRun> find(String runId) {
        return rows.find(runId);
    }

    /**
     * What a run found, in its order.
     *
     * @param after how many are passed over
     */
    public List<Finding> findings(String runId, int after, int limit) {
        return rows.findings(runId, after, limit);
    }

    /** What the tenants' charges came to, by day and pipeline. */
    public List<DayTotal> totals(String runId) {
        return rows.totals(runId);
    }

    /** The differences that the newest comparisons of the last day and a half left; must be 0. */
    public long differences() {
        return rows.differences(clock.instant().minus(METRIC_AGE));
    }

    /** Runs what is due, and what nobody runs any more; while the database is away, nothing is. */
    void check() {
        try {
            claimLastNight();
            rows.abandoned(now()).forEach(this::take);
        } catch (DataAccessException | TransactionException unreachable) {
            LOG.warn("nothing can be reconciled now: {}", unreachable.getMessage());
        }
    }

    private void claimLastNight() {
        Instant now = now();
        LocalDate today =
                LocalDate.ofInstant(now.minusNanos(settings.nightlyAt().toNanoOfDay()), ZoneOffset.UTC);
        Instant until = today.atStartOfDay(ZoneOffset.UTC).toInstant();
        String claim = "night:" + today.minusDays(1);
        if (!rows.isClaimed(claim)) {
            transactions.run(() -> rows.claim(
                    identifiers.next("rec"), claim, until.minus(1, ChronoUnit.DAYS), until, SYSTEM, now, now));
        }
    }

    private void take(ReconciliationRows.Held abandoned) {
        Instant expiry = now().plus(LEASE);
        if (rows.renew(abandoned.run().runId(), abandoned.lease(), expiry)) {
            run(abandoned.run(), new Lease(abandoned.run().runId(), expiry));
        }
    }

    private void run(ReconciliationRun run, Lease lease) {
        try {
            Comparison.Result result = new Comparison(
                            usage,
                            evidence,
                            ledger,
                            statements,
                            lost,
                            run.from(),
                            run.until(),
                            clock.instant().minus(settings.grace()))
                    .run(lease);
            finish(run, lease, result);
        } catch (LostLeaseException overtaken) {
            LOG.warn("{}", overtaken.getMessage());
        } catch (RuntimeException failed) {
            fail(run, lease, failed);
        }
    }

    private void finish(ReconciliationRun run, Lease lease, Comparison.Result result) {
        FailPoint.pass("reconciliation.before-finish");
        boolean finished = transactions.run(() -> write(run.runId(), lease.expiry, result));
        FailPoint.pass("reconciliation.after-finish");
        if (!finished) {
            throw new LostLeaseException(run.runId());
        }
        if (result.differences() > 0) {
            LOG.error(
                    "reconciliation {} of {} to {}: {} differences in {} requests, the first: {}",
                    run.runId(),
                    run.from(),
                    run.until(),
                    result.differences(),
                    result.requests(),
                    result.findings().getFirst());
        }
    }

    /** The result and what listeners make of it; false when somebody else has taken the run over. */
    private boolean write(String runId, Instant lease, Comparison.Result result) {
        if (!rows.finish(runId, lease, now(), result)) {
            return false;
        }
        ReconciliationRun finished = rows.find(runId).orElseThrow();
        listeners.forEach(listener -> listener.finished(finished));
        return true;
    }

    private void fail(ReconciliationRun run, Lease lease, RuntimeException failed) {
        LOG.error("reconciliation {} failed", run.runId(), failed);
        String sentence =
                String.valueOf(NestedExceptionUtils.getMostSpecificCause(failed).getMessage());
        rows.fail(
                run.runId(),
                lease.expiry,
                now(),
                sentence.length() > MAX_FAILURE ? sentence.substring(0, MAX_FAILURE) : sentence);
    }

    private Instant now() {
        return micros(clock.instant());
    }

    /** As exactly as both databases keep it. */
    private static Instant micros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    /** The right to run a comparison; renewed as it goes on. */
    private final class Lease implements Runnable {

        private final String runId;
        private Instant expiry;

        Lease(String runId, Instant expiry) {
            this.runId = runId;
            this.expiry = expiry;
        }

        @Override
        public void run() {
            Instant later = now().plus(LEASE);
            if (!later.equals(expiry)) {
                if (!rows.renew(runId, expiry, later)) {
                    throw new LostLeaseException(runId);
                }
                expiry = later;
            }
        }
    }

    /** Another replica runs the comparison now. */
    private static final class LostLeaseException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        LostLeaseException(String runId) {
            super("reconciliation %s was too slow; another replica has taken it over".formatted(runId));
        }
    }
}
