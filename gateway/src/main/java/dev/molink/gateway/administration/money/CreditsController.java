package dev.molink.gateway.administration.money;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.ledger.AccountBalance;
import dev.molink.controlplane.ledger.AccountKind;
import dev.molink.controlplane.ledger.Ledger;
import dev.molink.controlplane.ledger.LedgerAccount;
import dev.molink.controlplane.ledger.LedgerEntry;
import dev.molink.controlplane.ledger.LedgerReader;
import dev.molink.controlplane.ledger.MoneyMove;
import dev.molink.controlplane.paging.Page;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /admin/v1/credits}: what was given to the organization in question, and what is left of it. */
@RestController
final class CreditsController {

    private static final String PATH = "/admin/v1/credits";

    private final Ledger ledger;
    private final LedgerReader reader;

    CreditsController(Ledger ledger, LedgerReader reader) {
        this.ledger = ledger;
        this.reader = reader;
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.MONEY, access = Access.VIEW)
    void list(AdminExchange exchange) throws IOException {
        Page<AccountBalance> page = Page.of(
                reader.balances(exchange.organizationId()).stream()
                        .filter(balance -> balance.account().kind() == AccountKind.CREDIT)
                        .toList(),
                exchange.paging(),
                balance -> balance.account().accountId());
        exchange.sendPage(page, balance -> balance.account().accountId(), Answer::of);
    }

    @PostMapping(PATH)
    @AdminRoute(area = Area.MONEY, access = Access.MANAGE, operatorOnly = true)
    void grant(AdminExchange exchange) throws IOException {
        MoneyMove move = MoneyFields.move(exchange, exchange.body().requireString("currency"));
        Instant expiresAt = MoneyFields.instant("expires_at", exchange.body().string("expires_at"));
        LedgerEntry entry = exchange.change(() -> {
            LedgerEntry posted = ledger.grantCredit(move, expiresAt);
            exchange.audit("credit.granted", posted.to().accountId(), Map.of(), EntryAnswer.audited(posted));
            return posted;
        });
        exchange.send(Answer.of(new AccountBalance(entry.to(), entry.amount(), 1)));
    }

    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Answer(
            String object,
            String id,
            @JsonProperty("organization_id") String organizationId,
            String currency,
            String left,
            @JsonProperty("expires_at") @Nullable String expiresAt,
            @JsonProperty("created_at") String createdAt) {

        static Answer of(AccountBalance balance) {
            LedgerAccount account = balance.account();
            return new Answer(
                    "credit",
                    account.accountId(),
                    account.book().organizationId(),
                    account.book().currency(),
                    balance.balance().toPlainString(),
                    MoneyFields.text(account.expiresAt()),
                    account.createdAt().toString());
        }
    }
}
