package dev.molink.controlplane.reconciliation;

import dev.molink.controlplane.evidence.EvidenceRows;
import dev.molink.controlplane.evidence.StageEvidence;
import dev.molink.controlplane.usage.UsageRecord;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Everything that must hold for one request. Knows no database. */
final class RequestChecks {

    private static final Set<String> RAN_TO_ITS_END = Set.of("stop", "length");

    /** A cause of rows and the name under which it is shown. */
    private static final Map<String, ToLongFunction<EvidenceRows>> CAUSES = causes();

    private final UsageRecord usage;
    private final List<StageEvidence> evidence;
    private final List<BookedCharge> booked;
    private final boolean young;
    private final List<Finding> findings = new ArrayList<>();

    private RequestChecks(UsageRecord usage, List<StageEvidence> evidence, List<BookedCharge> booked, boolean young) {
        this.usage = usage;
        this.evidence = evidence;
        this.booked = booked;
        this.young = young;
    }

    /**
     * What does not hold.
     *
     * @param evidence all that stages told of the request
     * @param booked all that the ledger moved for it
     * @param young whether what is missing may still be under way
     */
    static List<Finding> findings(
            UsageRecord usage, List<StageEvidence> evidence, List<BookedCharge> booked, boolean young) {
        RequestChecks checks = new RequestChecks(usage, evidence, booked, young);
        checks.tokens();
        checks.stages();
        checks.ledger();
        return checks.findings;
    }

    private static Map<String, ToLongFunction<EvidenceRows>> causes() {
        Map<String, ToLongFunction<EvidenceRows>> causes = new LinkedHashMap<>();
        causes.put("computed_rows", EvidenceRows::computed);
        causes.put("recomputed_rows", EvidenceRows::recomputed);
        causes.put("replayed_rows", EvidenceRows::replayed);
        causes.put("verified_accepted_rows", EvidenceRows::verifiedAccepted);
        causes.put("verified_rejected_rows", EvidenceRows::verifiedRejected);
        causes.put("discarded_rows", EvidenceRows::discarded);
        return causes;
    }

    private void tokens() {
        if (usage.generatedByChoice().isEmpty()) {
            return;
        }
        long generated =
                usage.generatedByChoice().stream().mapToLong(Integer::longValue).sum();
        compare(Check.TOKENS, "", "generated_tokens", generated, usage.generatedTokens(), false);
        boolean ended = usage.failureCode() == null
                && !usage.finishReasons().isEmpty()
                && RAN_TO_ITS_END.containsAll(usage.finishReasons());
        if (ended) {
            long needed = usage.promptTokens()
                    - usage.cachedTokens()
                    + usage.generatedByChoice().stream()
                            .mapToLong(tokens -> Math.max(0, tokens - 1L))
                            .sum();
            EvidenceRows last = ofLastStage();
            compare(Check.TOKENS, "", "rows_of_tokens", needed, last.computed() + last.verifiedAccepted(), young);
        }
    }

    private EvidenceRows ofLastStage() {
        return evidence.stream()
                .filter(each -> each.part().isLast())
                .map(StageEvidence::rows)
                .reduce(EvidenceRows.NONE, EvidenceRows::plus);
    }

    /** Where stages were cut differently over the request's life, each span of layers stands for itself. */
    private void stages() {
        if (usage.rows() == null) {
            return;
        }
        EvidenceRows expected = EvidenceRows.of(usage.rows());
        if (evidence.isEmpty()) {
            if (expected.total() != 0) {
                find(Check.STAGES, "", "stages", "evidence of every stage", "none", young);
            }
            return;
        }
        Span before = null;
        for (Span span : spans()) {
            if (before == null || !before.sameAs(span)) {
                stage(span, expected);
            }
            before = span;
        }
    }

    private void stage(Span span, EvidenceRows expected) {
        String nodes = String.join(" ", span.nodes());
        if (nodes.isEmpty() && expected.total() != 0) {
            find(
                    Check.STAGES,
                    "",
                    "stages",
                    "evidence of every stage",
                    "none of layers [%d, %d)".formatted(span.first(), span.end()),
                    young);
            return;
        }
        CAUSES.forEach((name, cause) ->
                compare(Check.STAGES, nodes, name, cause.applyAsLong(expected), cause.applyAsLong(span.rows()), young));
    }

    /** Layers that the same records speak of, and what these say together. */
    private record Span(int first, int end, List<String> nodes, EvidenceRows rows) {

        boolean sameAs(Span other) {
            return nodes.equals(other.nodes) && rows.equals(other.rows);
        }
    }

    private List<Span> spans() {
        TreeSet<Integer> cuts = new TreeSet<>(Set.of(0));
        for (StageEvidence each : evidence) {
            cuts.add(each.part().firstLayer());
            cuts.add(each.part().endLayer());
            cuts.add(each.part().modelLayers());
        }
        List<Integer> inOrder = List.copyOf(cuts);
        return IntStream.range(1, inOrder.size())
                .mapToObj(cut -> span(inOrder.get(cut - 1), inOrder.get(cut)))
                .toList();
    }

    private Span span(int first, int end) {
        List<StageEvidence> covering = evidence.stream()
                .filter(each -> each.part().firstLayer() <= first && each.part().endLayer() >= end)
                .toList();
        return new Span(
                first,
                end,
                covering.stream().map(StageEvidence::nodeId).distinct().sorted().toList(),
                covering.stream().map(StageEvidence::rows).reduce(EvidenceRows.NONE, EvidenceRows::plus));
    }

    /** The record and its booking are written in one transaction, so their difference is never a matter of time. */
    private void ledger() {
        Map<String, BigDecimal> found = new TreeMap<>();
        for (BookedCharge each : booked) {
            find(each);
            found.merge(each.currency(), each.amount(), BigDecimal::add);
        }
        String currency = usage.currency();
        if (currency != null) {
            BigDecimal charge = usage.charge() == null ? BigDecimal.ZERO : usage.charge();
            compare(currency, charge, found.remove(currency));
        }
        found.forEach((other, amount) -> compare(other, BigDecimal.ZERO, amount));
    }

    private void find(BookedCharge charge) {
        if (!charge.organizationId().equals(usage.organizationId())) {
            find(Check.LEDGER, "", "organization", usage.organizationId(), charge.organizationId(), false);
        }
    }

    private void compare(String currency, BigDecimal expected, @Nullable BigDecimal found) {
        BigDecimal amount = found == null ? BigDecimal.ZERO : found;
        if (expected.compareTo(amount) != 0) {
            find(Check.LEDGER, "", "charge_" + currency, plain(expected), plain(amount), false);
        }
    }

    private void compare(Check check, String nodes, String quantity, long expected, long found, boolean maybeLate) {
        if (expected != found) {
            find(check, nodes, quantity, Long.toString(expected), Long.toString(found), maybeLate);
        }
    }

    private void find(Check check, String nodes, String quantity, String expected, String found, boolean maybeLate) {
        findings.add(new Finding(
                maybeLate,
                check,
                usage.requestId(),
                nodes.length() > 80 ? nodes.substring(0, 80) : nodes,
                usage.pipeline(),
                usage.organizationId(),
                day(usage),
                quantity,
                expected,
                found));
    }

    static LocalDate day(UsageRecord usage) {
        return LocalDate.ofInstant(usage.finishedAt(), ZoneOffset.UTC);
    }

    static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }
}
