package dev.molink.controlplane.reconciliation;

import dev.molink.controlplane.evidence.EvidenceStore;
import dev.molink.controlplane.evidence.StageEvidence;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageStore;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares the books over a range of time, a page of requests after the other. Belongs to one thread. */
final class Comparison {

    /** Beyond so many, findings are only counted; open items are left out before differences are. */
    static final int MAX_FINDINGS = 10_000;

    private static final int PAGE = 500;

    private final UsageStore usage;
    private final EvidenceStore evidence;
    private final LedgerCharges ledger;
    private final StatementCharges statements;
    private final LostEvidence lost;
    private final Instant from;
    private final Instant until;
    private final Instant youngerThan;
    private final List<Finding> differing = new ArrayList<>();
    private final List<Finding> open = new ArrayList<>();
    private final TreeMap<TotalKey, Total> totals = new TreeMap<>(Comparator.comparing(TotalKey::day)
            .thenComparing(TotalKey::pipeline)
            .thenComparing(TotalKey::organizationId)
            .thenComparing(TotalKey::currency));
    private long requests;
    private long differences;
    private long openItems;

    private record TotalKey(LocalDate day, String pipeline, String organizationId, String currency) {}

    private static final class Total {

        private long requests;
        private BigDecimal usage = BigDecimal.ZERO;
        private BigDecimal ledger = BigDecimal.ZERO;
    }

    /** @param youngerThan of requests that finished then or later, what is missing may be under way */
    Comparison(
            UsageStore usage,
            EvidenceStore evidence,
            LedgerCharges ledger,
            StatementCharges statements,
            LostEvidence lost,
            Instant from,
            Instant until,
            Instant youngerThan) {
        this.usage = usage;
        this.evidence = evidence;
        this.ledger = ledger;
        this.statements = statements;
        this.lost = lost;
        this.from = from;
        this.until = until;
        this.youngerThan = youngerThan;
    }

    /** @param alive called now and then while it goes on */
    Result run(Runnable alive) {
        UsageRecord last = null;
        for (List<UsageRecord> page = page(last); !page.isEmpty(); page = page(last)) {
            alive.run();
            compare(page);
            last = page.getLast();
        }
        lost.find(from, until, youngerThan).forEach(this::add);
        ledger.withoutUsage(from, until).forEach(this::chargedWithoutUsage);
        statements.find(from, until).forEach(this::add);
        return new Result(requests, differences, openItems, findings(), totals());
    }

    private List<UsageRecord> page(@Nullable UsageRecord after) {
        return usage.finishedBetween(from, until, after, PAGE);
    }

    private void compare(List<UsageRecord> page) {
        List<String> ids = page.stream().map(UsageRecord::requestId).toList();
        Map<String, List<StageEvidence>> counted = evidence.find(ids);
        Map<String, List<BookedCharge>> booked = ledger.of(ids);
        for (UsageRecord record : page) {
            requests++;
            List<BookedCharge> charges = booked.getOrDefault(record.requestId(), List.of());
            RequestChecks.findings(
                            record,
                            counted.getOrDefault(record.requestId(), List.of()),
                            charges,
                            !record.finishedAt().isBefore(youngerThan))
                    .forEach(this::add);
            total(record, charges);
        }
    }

    private void total(UsageRecord record, List<BookedCharge> charges) {
        LocalDate day = RequestChecks.day(record);
        String currency = record.currency();
        BigDecimal charge = record.charge();
        if (currency != null && charge != null) {
            Total total = totals.computeIfAbsent(key(record, day, currency), _ -> new Total());
            total.requests++;
            total.usage = total.usage.add(charge);
        }
        for (BookedCharge each : charges) {
            Total total = totals.computeIfAbsent(key(record, day, each.currency()), _ -> new Total());
            total.ledger = total.ledger.add(each.amount());
        }
    }

    private static TotalKey key(UsageRecord record, LocalDate day, String currency) {
        return new TotalKey(day, record.pipeline(), record.organizationId(), currency);
    }

    private void chargedWithoutUsage(BookedCharge charge) {
        if (charge.amount().signum() != 0) {
            add(new Finding(
                    false,
                    Check.LEDGER,
                    charge.requestId(),
                    "",
                    "",
                    charge.organizationId(),
                    LocalDate.ofInstant(from, ZoneOffset.UTC),
                    "charge_" + charge.currency(),
                    "0",
                    RequestChecks.plain(charge.amount())));
        }
    }

    private void add(Finding finding) {
        List<Finding> alike = finding.open() ? open : differing;
        if (finding.open()) {
            openItems++;
        } else {
            differences++;
        }
        if (alike.size() < MAX_FINDINGS) {
            alike.add(finding);
        }
    }

    private List<Finding> findings() {
        return Stream.concat(differing.stream(), open.stream())
                .limit(MAX_FINDINGS)
                .toList();
    }

    private List<DayTotal> totals() {
        List<DayTotal> all = new ArrayList<>();
        totals.forEach((key, total) -> all.add(new DayTotal(
                key.day(),
                key.pipeline(),
                key.organizationId(),
                key.currency(),
                total.requests,
                total.usage,
                total.ledger)));
        return all;
    }

    /**
     * What a comparison found.
     *
     * @param findings the first of them, differences before open items
     */
    record Result(long requests, long differences, long openItems, List<Finding> findings, List<DayTotal> totals) {

        Result {
            findings = List.copyOf(findings);
            totals = List.copyOf(totals);
        }
    }
}
