package dev.molink.controlplane.statements;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A statement as comma-separated values (RFC 4180): the opening balance, the lines, then the totals, told apart by the first
 * column. A text that a spreadsheet would compute gets an apostrophe in front.
 */
public final class StatementCsv {

    private static final String HEADER =
            "row,statement,month,currency,kind,project_id,project,model,price_rule_id,late,prompt_tokens,cached_tokens,"
                    + "generated_tokens,prompt_amount,cached_amount,generated_amount,other_amount,amount";
    private static final int COLUMNS = HEADER.split(",").length;
    private static final int LEADING = 4;

    private StatementCsv() {}

    public static String of(Statement statement) {
        Stream<String> rows = Stream.of(
                        Stream.of(HEADER, total(statement, "opening_balance", statement.openingBalance())),
                        statement.lines().stream().map(line -> line(statement, line)),
                        Stream.of(
                                total(statement, "charged", statement.charged()),
                                total(statement, "moved", statement.moved()),
                                total(statement, "carried_in", statement.carriedIn()),
                                total(statement, "due_amount", statement.dueAmount()),
                                total(statement, "remainder", statement.remainder()),
                                total(statement, "closing_balance", statement.closingBalance())))
                .flatMap(part -> part);
        return rows.collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    private static String line(Statement statement, StatementLine line) {
        return row(List.of(
                "line",
                Long.toString(statement.number()),
                statement.month().toString(),
                statement.currency(),
                line.kind().word(),
                text(line.projectId()),
                text(line.projectName()),
                text(line.model()),
                text(line.priceRuleId()),
                Boolean.toString(line.late()),
                line.promptTokens().toString(),
                line.cachedTokens().toString(),
                line.generatedTokens().toString(),
                number(line.promptAmount()),
                number(line.cachedAmount()),
                number(line.generatedAmount()),
                number(line.otherAmount()),
                number(line.amount())));
    }

    private static String total(Statement statement, String row, BigDecimal amount) {
        return "%s,%d,%s,%s%s%s"
                .formatted(
                        row,
                        statement.number(),
                        statement.month(),
                        statement.currency(),
                        ",".repeat(COLUMNS - LEADING),
                        number(amount));
    }

    private static String row(List<String> values) {
        return values.stream().map(StatementCsv::quoted).collect(Collectors.joining(","));
    }

    private static String number(BigDecimal amount) {
        return amount.toPlainString();
    }

    private static String text(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        return "=+-@\t\r".indexOf(text.charAt(0)) < 0 ? text : "'" + text;
    }

    private static String quoted(String value) {
        boolean plain = value.chars().noneMatch(character -> ",\"\r\n".indexOf(character) >= 0);
        return plain ? value : "\"" + value.replace("\"", "\"\"") + "\"";
    }
}
