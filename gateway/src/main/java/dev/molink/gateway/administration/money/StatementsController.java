package dev.molink.gateway.administration.money;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.statements.Statement;
import dev.molink.controlplane.statements.StatementCsv;
import dev.molink.controlplane.statements.StatementPage;
import dev.molink.controlplane.statements.Statements;
import dev.molink.controlplane.statements.Statements.Issued;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.YearMonth;
import java.util.Map;
import java.util.Objects;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /admin/v1/statements} of the organization in question. */
@RestController
final class StatementsController {

    private static final String PATH = "/admin/v1/statements";
    private static final String ONE = PATH + "/{statement_id}";

    private final Statements statements;

    StatementsController(Statements statements) {
        this.statements = statements;
    }

    /** Without their lines. */
    @GetMapping(PATH)
    @AdminRoute(area = Area.MONEY, access = Access.VIEW)
    void list(AdminExchange exchange) throws IOException {
        Page<Statement> page =
                Page.of(statements.of(exchange.organizationId()), exchange.paging(), Statement::statementId);
        exchange.sendPage(page, Statement::statementId, StatementAnswer::summary);
    }

    /** Issues the statement of a month that has ended; of one that was issued, answers with that. */
    @PostMapping(PATH)
    @AdminRoute(area = Area.MONEY, access = Access.MANAGE, operatorOnly = true)
    void issue(AdminExchange exchange) throws IOException {
        String currency = exchange.body().requireString("currency");
        YearMonth month = MoneyFields.requireMonth(exchange.body(), "month");
        String organization = exchange.organizationId();
        Issued issued = exchange.change(() -> {
            Issued done = statements.issue(
                    organization, currency, month, exchange.caller().actorId());
            if (done.isNew()) {
                exchange.audit("statement.issued", done.statement().statementId(), Map.of(), audited(done.statement()));
            }
            return done;
        });
        exchange.send(StatementAnswer.whole(issued.statement()));
    }

    /** As JSON, or with {@code format=csv} or {@code format=html} as a file or a page to print. */
    @GetMapping(ONE)
    @AdminRoute(area = Area.MONEY, access = Access.VIEW)
    void one(AdminExchange exchange, @PathVariable("statement_id") String statementId, HttpServletResponse response)
            throws IOException {
        Statement statement = statements
                .find(statementId)
                .filter(found -> found.organizationId().equals(exchange.organizationId()))
                .orElseThrow(() -> AdminExchange.notFound("statement", statementId));
        switch (Objects.requireNonNullElse(exchange.query("format"), "json")) {
            case "json" -> exchange.send(StatementAnswer.whole(statement));
            case "csv" -> {
                response.setHeader(
                        "content-disposition",
                        "attachment; filename=\"statement-%d.csv\"".formatted(statement.number()));
                write(response, "text/csv", StatementCsv.of(statement));
            }
            case "html" -> {
                response.setHeader("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'");
                write(response, "text/html", StatementPage.of(statement));
            }
            default ->
                throw ApiException.field(
                        ErrorCode.INVALID_VALUE, "format", "Invalid 'format': expected 'json', 'csv' or 'html'.");
        }
    }

    private static void write(HttpServletResponse response, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        response.setContentType(type + ";charset=UTF-8");
        response.setHeader("x-content-type-options", "nosniff");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
        response.flushBuffer();
    }

    private static Map<String, String> audited(Statement statement) {
        return Map.of(
                "number", Long.toString(statement.number()),
                "month", statement.month().toString(),
                "currency", statement.currency(),
                "due_amount", statement.dueAmount().toPlainString());
    }
}
