package dev.molink.gateway.administration.money;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.statements.Statement;
import dev.molink.controlplane.statements.StatementLine;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement as it is answered.
 *
 * @param lines absent from lists
 */
record StatementAnswer(
        String object,
        String id,
        @JsonProperty("organization_id") String organizationId,
        @JsonProperty("organization_name") String organizationName,
        long number,
        String currency,
        String month,
        String zone,
        @JsonProperty("opening_balance") String openingBalance,
        String charged,
        String moved,
        @JsonProperty("closing_balance") String closingBalance,
        @JsonProperty("carried_in") String carriedIn,
        @JsonProperty("due_amount") String dueAmount,
        String remainder,
        @JsonProperty("issued_at") String issuedAt,
        @JsonProperty("issued_by") String issuedBy,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Line> lines) {

    static StatementAnswer summary(Statement statement) {
        return of(statement, null);
    }

    static StatementAnswer whole(Statement statement) {
        return of(statement, statement.lines().stream().map(Line::of).toList());
    }

    private static StatementAnswer of(Statement statement, @Nullable List<Line> lines) {
        return new StatementAnswer(
                "statement",
                statement.statementId(),
                statement.organizationId(),
                statement.organizationName(),
                statement.number(),
                statement.currency(),
                statement.month().toString(),
                statement.zone(),
                statement.openingBalance().toPlainString(),
                statement.charged().toPlainString(),
                statement.moved().toPlainString(),
                statement.closingBalance().toPlainString(),
                statement.carriedIn().toPlainString(),
                statement.dueAmount().toPlainString(),
                statement.remainder().toPlainString(),
                statement.issuedAt().toString(),
                statement.issuedBy(),
                lines);
    }

    /** Parts of the amount stand in lines of charges only. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Line(
            int line,
            String kind,
            @JsonProperty("project_id") @Nullable String projectId,
            @JsonProperty("project_name") @Nullable String projectName,
            @Nullable String model,
            @JsonProperty("price_id") @Nullable String priceId,
            boolean late,
            @JsonProperty("prompt_tokens") BigInteger promptTokens,
            @JsonProperty("cached_tokens") BigInteger cachedTokens,
            @JsonProperty("generated_tokens") BigInteger generatedTokens,
            @JsonProperty("prompt_amount") String promptAmount,
            @JsonProperty("cached_amount") String cachedAmount,
            @JsonProperty("generated_amount") String generatedAmount,
            @JsonProperty("other_amount") String otherAmount,
            String amount) {

        static Line of(StatementLine line) {
            return new Line(
                    line.line(),
                    line.kind().word(),
                    line.projectId(),
                    line.projectName(),
                    line.model(),
                    line.priceRuleId(),
                    line.late(),
                    line.promptTokens(),
                    line.cachedTokens(),
                    line.generatedTokens(),
                    line.promptAmount().toPlainString(),
                    line.cachedAmount().toPlainString(),
                    line.generatedAmount().toPlainString(),
                    line.otherAmount().toPlainString(),
                    line.amount().toPlainString());
        }
    }
}
