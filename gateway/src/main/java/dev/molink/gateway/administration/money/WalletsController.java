package dev.molink.gateway.administration.money;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.ledger.AccountBalance;
import dev.molink.controlplane.ledger.AccountKind;
import dev.molink.controlplane.ledger.BookKey;
import dev.molink.controlplane.ledger.Ledger;
import dev.molink.controlplane.ledger.LedgerEntry;
import dev.molink.controlplane.ledger.LedgerReader;
import dev.molink.controlplane.ledger.LedgerReader.BookTerms;
import dev.molink.controlplane.ledger.MoneyMove;
import dev.molink.controlplane.ledger.Terms;
import dev.molink.controlplane.paging.Page;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /admin/v1/wallets}: what the organization in question has and owes, one wallet per currency. */
@RestController
final class WalletsController {

    private static final String PATH = "/admin/v1/wallets";
    private static final String ONE = PATH + "/{currency}";

    private final Ledger ledger;
    private final LedgerReader reader;

    WalletsController(Ledger ledger, LedgerReader reader) {
        this.ledger = ledger;
        this.reader = reader;
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.MONEY, access = Access.VIEW)
    void list(AdminExchange exchange) throws IOException {
        Page<Answer> page = Page.of(wallets(exchange.organizationId()), exchange.paging(), Answer::currency);
        exchange.sendPage(page, Answer::currency, wallet -> wallet);
    }

    /** Sets how the organization pays in this currency: {@code prepaid} or {@code postpaid}. */
    @PostMapping(ONE)
    @AdminRoute(area = Area.MONEY, access = Access.MANAGE, operatorOnly = true)
    void setTerms(AdminExchange exchange, @PathVariable("currency") String currency) throws IOException {
        Terms terms =
                Objects.requireNonNull(MoneyFields.word("terms", exchange.body().requireString("terms"), Terms.class));
        String organization = exchange.organizationId();
        exchange.change(() -> {
            Terms before = ledger.setTerms(organization, currency, terms);
            exchange.audit(
                    "wallet.updated",
                    currency,
                    Map.of("terms", MoneyFields.word(before)),
                    Map.of("terms", MoneyFields.word(terms)));
            return before;
        });
        exchange.send(wallets(organization).stream()
                .filter(wallet -> wallet.currency().equals(currency))
                .findFirst()
                .orElseThrow(() -> AdminExchange.notFound("wallet", currency)));
    }

    @PostMapping(ONE + "/top_up")
    @AdminRoute(area = Area.MONEY, access = Access.MANAGE, operatorOnly = true)
    void topUp(AdminExchange exchange, @PathVariable("currency") String currency) throws IOException {
        move(exchange, currency, "wallet.topped_up", ledger::topUp);
    }

    @PostMapping(ONE + "/refund")
    @AdminRoute(area = Area.MONEY, access = Access.MANAGE, operatorOnly = true)
    void refund(AdminExchange exchange, @PathVariable("currency") String currency) throws IOException {
        move(exchange, currency, "wallet.refunded", ledger::refund);
    }

    /** What the tenant has paid of what it owes. */
    @PostMapping(ONE + "/payment")
    @AdminRoute(area = Area.MONEY, access = Access.MANAGE, operatorOnly = true)
    void pay(AdminExchange exchange, @PathVariable("currency") String currency) throws IOException {
        move(exchange, currency, "wallet.paid", ledger::pay);
    }

    @PostMapping(ONE + "/adjust")
    @AdminRoute(area = Area.MONEY, access = Access.MANAGE, operatorOnly = true)
    void adjust(AdminExchange exchange, @PathVariable("currency") String currency) throws IOException {
        AccountKind given = MoneyFields.word("account", exchange.body().string("account"), AccountKind.class);
        AccountKind account = given == null ? AccountKind.WALLET : given;
        move(exchange, currency, "wallet.adjusted", move -> ledger.adjust(move, account));
    }

    private static void move(
            AdminExchange exchange, String currency, String action, Function<MoneyMove, LedgerEntry> work)
            throws IOException {
        MoneyMove move = MoneyFields.move(exchange, currency);
        LedgerEntry entry = exchange.change(() -> {
            LedgerEntry posted = work.apply(move);
            exchange.audit(action, currency, Map.of(), EntryAnswer.audited(posted));
            return posted;
        });
        exchange.send(EntryAnswer.of(entry));
    }

    private List<Answer> wallets(String organizationId) {
        List<AccountBalance> balances = reader.balances(organizationId);
        return reader.books(organizationId).stream()
                .map(book -> Answer.of(book, balances))
                .toList();
    }

    /**
     * @param balance in the wallet
     * @param credits left of all credits
     * @param owed beyond these
     * @param available {@code balance + credits − owed}
     */
    private record Answer(
            String object,
            @JsonProperty("organization_id") String organizationId,
            String currency,
            String terms,
            String balance,
            String credits,
            String owed,
            String available) {

        static Answer of(BookTerms book, List<AccountBalance> balances) {
            BigDecimal wallet = sum(balances, book.book(), AccountKind.WALLET);
            BigDecimal credits = sum(balances, book.book(), AccountKind.CREDIT);
            BigDecimal receivable = sum(balances, book.book(), AccountKind.RECEIVABLE);
            return new Answer(
                    "wallet",
                    book.book().organizationId(),
                    book.book().currency(),
                    MoneyFields.word(book.terms()),
                    wallet.toPlainString(),
                    credits.toPlainString(),
                    receivable.negate().toPlainString(),
                    wallet.add(credits).add(receivable).toPlainString());
        }

        private static BigDecimal sum(List<AccountBalance> balances, BookKey book, AccountKind kind) {
            return balances.stream()
                    .filter(balance -> balance.account().kind() == kind
                            && balance.account().book().equals(book))
                    .map(AccountBalance::balance)
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
        }
    }
}
