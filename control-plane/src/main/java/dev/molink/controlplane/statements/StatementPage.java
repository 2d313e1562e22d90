package dev.molink.controlplane.statements;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A statement as an HTML page that prints well: no script, nothing from elsewhere. */
public final class StatementPage {

    private static final Pattern HOLE = Pattern.compile("\\$\\{(\\w+)}");
    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>Statement ${number} of ${organization}</title>
            <style>
            body { font: 10pt/1.4 sans-serif; margin: 2em auto; max-width: 64em; color: #111; }
            table { border-collapse: collapse; width: 100%; margin: 1em 0; }
            th, td { border-bottom: 1px solid #ccc; padding: .3em .5em; text-align: left; vertical-align: top; }
            th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
            tr { break-inside: avoid; }
            thead { display: table-header-group; }
            .due td { font-weight: bold; }
            @page { margin: 15mm; }
            </style>
            </head>
            <body>
            <h1>Statement ${number}</h1>
            <p>${organization} (${organizationId})<br>
            Month ${month}, ${zone}; amounts in ${currency}<br>
            Issued ${issuedAt}</p>
            <table>
            <thead><tr><th>Project</th><th>Model</th><th>Price rule</th><th class="n">Prompt tokens</th>
            <th class="n">of these cached</th><th class="n">Generated tokens</th><th class="n">Amount</th></tr></thead>
            <tbody>
            ${charges}</tbody>
            </table>
            <table>
            <thead><tr><th>Movement</th><th class="n">Amount</th></tr></thead>
            <tbody>
            ${movements}</tbody>
            </table>
            <table>
            <tbody>
            ${totals}</tbody>
            </table>
            </body>
            </html>
            """;

    private StatementPage() {}

    public static String of(Statement statement) {
        return fill(
                PAGE,
                Map.of(
                        "number", Long.toString(statement.number()),
                        "organization", escaped(statement.organizationName()),
                        "organizationId", escaped(statement.organizationId()),
                        "month", statement.month().toString(),
                        "zone", escaped(statement.zone()),
                        "currency", escaped(statement.currency()),
                        "issuedAt", statement.issuedAt().toString(),
                        "charges", lines(statement, true),
                        "movements", lines(statement, false),
                        "totals", totals(statement)));
    }

    private static String lines(Statement statement, boolean charges) {
        return statement.lines().stream()
                .filter(line -> line.isCharge() == charges)
                .map(line -> charges ? charge(line) : movement(line))
                .collect(Collectors.joining());
    }

    private static String charge(StatementLine line) {
        String project = line.projectName() == null ? line.projectId() : line.projectName();
        return row(
                "",
                cell(project)
                        + cell(line.model())
                        + cell(line.late() ? line.priceRuleId() + ", late" : line.priceRuleId())
                        + number(line.promptTokens().toString())
                        + number(line.cachedTokens().toString())
                        + number(line.generatedTokens().toString())
                        + number(line.amount()));
    }

    private static String movement(StatementLine line) {
        return row(
                "", cell(line.kind().word().replace('_', ' ') + (line.late() ? ", late" : "")) + number(line.amount()));
    }

    private static String totals(Statement statement) {
        return total("", "Opening balance", statement.openingBalance())
                + total("", "Charged, exact", statement.charged())
                + total("", "Other movements", statement.moved())
                + total("", "Closing balance", statement.closingBalance())
                + total("", "Carried in from the statement before", statement.carriedIn())
                + total("due", "Charged, rounded", statement.dueAmount())
                + total("", "Remainder, carried into the next statement", statement.remainder());
    }

    private static String total(String style, String name, BigDecimal amount) {
        return row(style, cell(name) + number(amount));
    }

    private static String row(String style, String cells) {
        return (style.isEmpty() ? "<tr>" : "<tr class=\"" + style + "\">") + cells + "</tr>\n";
    }

    private static String cell(@Nullable String text) {
        return "<td>" + escaped(Objects.requireNonNullElse(text, "")) + "</td>";
    }

    private static String number(BigDecimal amount) {
        return number(amount.toPlainString());
    }

    private static String number(String digits) {
        return "<td class=\"n\">" + digits + "</td>";
    }

    /** Each hole is filled once, so that no value can bring holes of its own. */
    private static String fill(String page, Map<String, String> values) {
        return HOLE.matcher(page)
                .replaceAll(hole -> Matcher.quoteReplacement(Objects.requireNonNull(values.get(hole.group(1)))));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
