package dev.molink.gateway.administration.money;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.ledger.AccountBalance;
import dev.molink.controlplane.ledger.EntryKind;
import dev.molink.controlplane.ledger.Ledger;
import dev.molink.controlplane.ledger.LedgerEntry;
import dev.molink.controlplane.ledger.LedgerFilter;
import dev.molink.controlplane.ledger.LedgerProof;
import dev.molink.controlplane.ledger.LedgerReader;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.paging.PageRequest.Order;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /admin/v1/ledger}: every movement of money of the organization in question. */
@RestController
final class LedgerController {

    private static final String PATH = "/admin/v1/ledger";
    private static final String ONE = PATH + "/{entry_id}";

    private final Ledger ledger;
    private final LedgerReader reader;
    private final LedgerProof proof;

    LedgerController(Ledger ledger, LedgerReader reader, LedgerProof proof) {
        this.ledger = ledger;
        this.reader = reader;
        this.proof = proof;
    }

    /** The newest first, unless {@code order} says otherwise. */
    @GetMapping(PATH)
    @AdminRoute(area = Area.MONEY, access = Access.VIEW)
    void list(AdminExchange exchange) throws IOException {
        LedgerFilter filter = new LedgerFilter(
                exchange.organizationId(),
                exchange.query("currency"),
                exchange.query("project_id"),
                exchange.query("request_id"),
                exchange.query("account_id"),
                MoneyFields.word("kind", exchange.query("kind"), EntryKind.class),
                MoneyFields.month("billing_month", exchange.query("billing_month")),
                MoneyFields.instant("since", exchange.query("since")),
                MoneyFields.instant("until", exchange.query("until")));
        Page<LedgerEntry> page = reader.page(filter, exchange.paging(Order.DESC));
        exchange.sendPage(page, LedgerEntry::entryId, EntryAnswer::of);
    }

    @GetMapping(PATH + "/accounts")
    @AdminRoute(area = Area.MONEY, access = Access.VIEW)
    void accounts(AdminExchange exchange) throws IOException {
        Page<AccountBalance> page = Page.of(
                reader.balances(exchange.organizationId()),
                exchange.paging(),
                balance -> balance.account().accountId());
        exchange.sendPage(page, balance -> balance.account().accountId(), AccountAnswer::of);
    }

    @GetMapping(ONE)
    @AdminRoute(area = Area.MONEY, access = Access.VIEW)
    void one(AdminExchange exchange, @PathVariable("entry_id") String entryId) throws IOException {
        exchange.send(EntryAnswer.of(require(exchange, entryId)));
    }

    @PostMapping(ONE + "/reverse")
    @AdminRoute(area = Area.MONEY, access = Access.MANAGE, operatorOnly = true)
    void reverse(AdminExchange exchange, @PathVariable("entry_id") String entryId) throws IOException {
        LedgerEntry reversed = require(exchange, entryId);
        String reason = exchange.body().requireString("reason");
        LedgerEntry reversal = exchange.change(() -> {
            LedgerEntry posted =
                    ledger.reverse(entryId, reason, exchange.caller().actorId());
            exchange.audit(
                    "ledger.entry.reversed", entryId, EntryAnswer.audited(reversed), EntryAnswer.audited(posted));
            return posted;
        });
        exchange.send(EntryAnswer.of(reversal));
    }

    /** Computes every balance of the installation anew from the entries, and sets right and lists those that differ. */
    @PostMapping(PATH + "/proof")
    @AdminRoute(area = Area.MONEY, access = Access.MANAGE, operatorOnly = true)
    void prove(AdminExchange exchange) throws IOException {
        List<LedgerProof.Difference> differences = exchange.change(() -> {
            List<LedgerProof.Difference> found = proof.rebuild();
            found.forEach(difference -> exchange.auditInstallation(
                    "ledger.balance.corrected",
                    difference.accountId(),
                    Map.of("balance", difference.projected().toPlainString()),
                    Map.of("balance", difference.summed().toPlainString())));
            return found;
        });
        exchange.send(new ProofAnswer(
                "ledger.proof",
                differences.isEmpty(),
                proof.sumOfAllAccounts().toPlainString(),
                differences.stream().map(DifferenceAnswer::of).toList()));
    }

    private LedgerEntry require(AdminExchange exchange, String entryId) {
        return reader.find(entryId)
                .filter(entry -> entry.book().organizationId().equals(exchange.organizationId()))
                .orElseThrow(() -> AdminExchange.notFound("ledger entry", entryId));
    }

    private record AccountAnswer(String object, String id, String kind, String currency, String balance, long entries) {

        static AccountAnswer of(AccountBalance balance) {
            return new AccountAnswer(
                    "ledger.account",
                    balance.account().accountId(),
                    balance.account().kind().word(),
                    balance.account().book().currency(),
                    balance.balance().toPlainString(),
                    balance.entries());
        }
    }

    /** @param sum over all accounts, which is 0 */
    private record ProofAnswer(String object, boolean equal, String sum, List<DifferenceAnswer> differences) {}

    private record DifferenceAnswer(
            @JsonProperty("account_id") String accountId, String projected, String summed) {

        static DifferenceAnswer of(LedgerProof.Difference difference) {
            return new DifferenceAnswer(
                    difference.accountId(),
                    difference.projected().toPlainString(),
                    difference.summed().toPlainString());
        }
    }
}
