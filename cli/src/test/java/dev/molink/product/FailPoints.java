package dev.molink.product;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** All points at which a gateway can be made to die, and what a gateway needs to come there. */
final class FailPoints {

    /** Before and after every durable write and message from the reservation to the settlement, in their order. */
    static final List<String> OF_REQUESTS = List.of(
            "limits.before-exchange",
            "limits.after-exchange",
            "request-journal.before-begin",
            "request-journal.after-begin",
            "head.before-generate",
            "head.after-generate",
            "client.before-flush",
            "client.after-flush",
            "head.before-cancel",
            "head.after-cancel",
            "settlement.after-report",
            "usage.before-commit",
            "settlement.before-transaction",
            "settlement.after-records",
            "limits.before-settle",
            "limits.after-settle",
            "ledger.before-entries",
            "ledger.after-entries",
            "ledger.after-balances",
            "settlement.before-commit",
            "settlement.after-commit",
            "usage.after-commit",
            "head.before-acknowledge",
            "head.after-acknowledge",
            "request-journal.before-end",
            "request-journal.after-end",
            "evidence.before-write",
            "evidence.after-write",
            "journal.before-append",
            "journal.after-append",
            "journal.before-delete",
            "journal.after-delete",
            "settlement.before-recovery",
            "settlement.after-recovery",
            "limits.before-sweep",
            "limits.after-sweep");

    /** Around writes that no request makes: {@link AdministrationWrites} asks for them. */
    static final List<String> OF_ADMINISTRATION = List.of(
            "prices.before-create",
            "prices.after-create",
            "prices.before-withdraw",
            "prices.after-withdraw",
            "cost-profiles.before-create",
            "cost-profiles.after-create",
            "statements.before-issue",
            "ledger.before-close",
            "ledger.after-close",
            "statements.before-insert",
            "statements.after-insert",
            "statements.after-issue",
            "reconciliation.before-finish",
            "reconciliation.after-finish");

    /** Passed only while the database takes nothing, or when it takes something again. */
    static final Set<String> OF_OUTAGES =
            Set.of("journal.before-append", "journal.after-append", "journal.before-delete", "journal.after-delete");

    /** Passed only when the gateway before left a request behind that no head knows. */
    static final Set<String> OF_RECOVERIES = Set.of("settlement.before-recovery", "settlement.after-recovery");

    /** What many requests do in one: a second passage may not come. */
    private static final Set<String> SELDOM =
            Set.of("evidence.before-write", "evidence.after-write", "limits.before-sweep", "limits.after-sweep");

    private static final Pattern PASSAGE = Pattern.compile("FailPoint\\.pass\\(\\s*\"([^\"]+)\"");

    private FailPoints() {}

    /** Whether {@link GatewayLoad} brings a gateway there twice. */
    static boolean isPassedOften(String point) {
        return OF_REQUESTS.contains(point)
                && !OF_OUTAGES.contains(point)
                && !OF_RECOVERIES.contains(point)
                && !SELDOM.contains(point);
    }

    /** As the sources name them. */
    static List<String> inTheSources() throws IOException {
        TreeSet<String> names = new TreeSet<>();
        for (String module : List.of("control-plane", "gateway")) {
            try (Stream<Path> sources =
                    Files.walk(GatewayProcess.ROOT.resolve(module).resolve("src/main/java"))) {
                sources.filter(file -> file.toString().endsWith(".java")).forEach(file -> names.addAll(in(file)));
            }
        }
        return List.copyOf(names);
    }

    private static List<String> in(Path source) {
        try {
            return PASSAGE.matcher(Files.readString(source))
                    .results()
                    .map((MatchResult passage) -> passage.group(1))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
