package dev.molink.controlplane.statements;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.RepeatedTask;
import dev.molink.controlplane.ledger.BillingCalendar;
import dev.molink.controlplane.ledger.LedgerAutoConfiguration;
import dev.molink.controlplane.ledger.MonthClosing;
import dev.molink.controlplane.pricing.PriceBook;
import dev.molink.controlplane.pricing.PricingAutoConfiguration;
import dev.molink.controlplane.storage.Transactions;
import java.time.Duration;
import java.util.Objects;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Statements as beans. */
@AutoConfiguration(after = {LedgerAutoConfiguration.class, PricingAutoConfiguration.class})
@EnableConfigurationProperties(StatementSettings.class)
public class StatementsAutoConfiguration {

    @Bean
    Statements statements(
            NamedParameterJdbcOperations database,
            MonthClosing closing,
            PriceBook prices,
            BillingCalendar calendar,
            Transactions transactions,
            Identifiers identifiers) {
        return new Statements(new StatementRows(database), closing, prices, calendar, transactions, identifiers);
    }

    @Bean
    @ConditionalOnProperty("molink.billing.statements.issue-after")
    RepeatedTask statementIssue(Statements statements, StatementSettings settings) {
        Duration delay = Objects.requireNonNull(settings.issueAfter());
        return new RepeatedTask("statements", settings.pause(), () -> statements.issueDue(delay));
    }
}
