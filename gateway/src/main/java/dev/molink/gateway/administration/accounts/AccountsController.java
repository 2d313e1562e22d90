package dev.molink.gateway.administration.accounts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.AccountSummary;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.accounts.PasswordHash;
import dev.molink.controlplane.paging.Page;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /admin/v1/accounts}: everybody with an account, in whatever organization; for the installation's operator only. */
@RestController
final class AccountsController {

    private static final String PATH = "/admin/v1/accounts";
    private static final String ONE = PATH + "/{account_id}";

    private final Accounts accounts;

    AccountsController(Accounts accounts) {
        this.accounts = accounts;
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.MEMBERS, access = Access.VIEW, operatorOnly = true)
    void list(AdminExchange exchange) throws IOException {
        Page<AccountSummary> page = Page.of(accounts.list(), exchange.paging(), AccountSummary::accountId);
        exchange.sendPage(page, AccountSummary::accountId, AccountsController::answer);
    }

    @PostMapping(PATH)
    @AdminRoute(area = Area.MEMBERS, access = Access.MANAGE, operatorOnly = true)
    void create(AdminExchange exchange) throws IOException {
        Fields body = exchange.body();
        String login = body.requireString("login");
        Role role = role(body);
        PasswordHash hash = accounts.hashed(body.requireString("password"));
        AccountSummary created = exchange.change(() -> {
            AccountSummary done = accounts.createOperator(login, hash, role);
            exchange.auditInstallation("account.created", done.accountId(), Map.of(), recorded(done));
            return done;
        });
        exchange.send(answer(created));
    }

    @PostMapping(ONE)
    @AdminRoute(area = Area.MEMBERS, access = Access.MANAGE, operatorOnly = true)
    void changeRole(AdminExchange exchange, @PathVariable("account_id") String accountId) throws IOException {
        Role role = role(exchange.body());
        change(exchange, accountId, id -> accounts.changeRole(id, role));
    }

    @GetMapping(ONE)
    @AdminRoute(area = Area.MEMBERS, access = Access.VIEW, operatorOnly = true)
    void one(AdminExchange exchange, @PathVariable("account_id") String accountId) throws IOException {
        exchange.send(answer(accounts.account(accountId)));
    }

    @PostMapping(ONE + "/deactivate")
    @AdminRoute(area = Area.MEMBERS, access = Access.MANAGE, operatorOnly = true)
    void deactivate(AdminExchange exchange, @PathVariable("account_id") String accountId) throws IOException {
        change(exchange, accountId, accounts::deactivate);
    }

    @PostMapping(ONE + "/activate")
    @AdminRoute(area = Area.MEMBERS, access = Access.MANAGE, operatorOnly = true)
    void activate(AdminExchange exchange, @PathVariable("account_id") String accountId) throws IOException {
        change(exchange, accountId, accounts::activate);
    }

    private void change(AdminExchange exchange, String accountId, Change change) throws IOException {
        AccountSummary changed = exchange.change(() -> {
            AccountSummary before = accounts.account(accountId);
            AccountSummary after = change.apply(accountId);
            exchange.auditInstallation("account.updated", accountId, recorded(before), recorded(after));
            return after;
        });
        exchange.send(answer(changed));
    }

    private static Map<String, String> recorded(AccountSummary account) {
        return Map.of(
                "active", String.valueOf(account.active()), "role", account.role() == null ? "" : word(account.role()));
    }

    private static Answer answer(AccountSummary account) {
        return new Answer(
                "account",
                account.accountId(),
                word(account.kind()),
                account.login(),
                account.email(),
                account.name(),
                account.role() == null ? null : word(account.role()),
                account.active(),
                account.createdAt().getEpochSecond());
    }

    private static Role role(Fields body) {
        String wanted = body.requireString("role");
        return Arrays.stream(Role.values())
                .filter(role -> word(role).equals(wanted))
                .findFirst()
                .orElseThrow(() -> ApiException.field(
                        ErrorCode.INVALID_VALUE,
                        "role",
                        "Invalid 'role': expected one of %s."
                                .formatted(Arrays.stream(Role.values())
                                        .map(AccountsController::word)
                                        .collect(Collectors.joining(", ")))));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** What is done to an account. */
    private interface Change {
        AccountSummary apply(String accountId);
    }

    /** {@code role}: of an operator in the installation; null for a member. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Answer(
            String object,
            String id,
            String kind,
            String login,
            @Nullable String email,
            @Nullable String name,
            @Nullable String role,
            boolean active,
            @JsonProperty("created_at") long createdAt) {}
}
