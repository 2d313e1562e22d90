package dev.molink.controlplane.ledger;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.RepeatedTask;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.usage.SettlementStep;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The ledger as beans. */
@AutoConfiguration(after = StorageAutoConfiguration.class)
@EnableConfigurationProperties(LedgerSettings.class)
public class LedgerAutoConfiguration {

    @Bean
    BillingCalendar billingCalendar(LedgerSettings settings, InstantSource clock) {
        return new BillingCalendar(settings.zone(), clock);
    }

    @Bean
    BookStore bookStore(NamedParameterJdbcOperations database) {
        return new BookStore(database);
    }

    @Bean
    SettlementStep chargePosting(BookStore books, BillingCalendar calendar, Identifiers identifiers) {
        return new ChargePosting(books, calendar, identifiers);
    }

    @Bean
    Ledger ledger(BookStore books, BillingCalendar calendar, Transactions transactions, Identifiers identifiers) {
        return new Ledger(books, calendar, transactions, identifiers);
    }

    @Bean
    LedgerReader ledgerReader(NamedParameterJdbcOperations database, BookStore books) {
        return new LedgerReader(database, books);
    }

    @Bean
    LedgerProof ledgerProof(
            NamedParameterJdbcOperations database,
            BookStore books,
            BillingCalendar calendar,
            Transactions transactions) {
        return new LedgerProof(database, books, calendar, transactions);
    }

    @Bean
    MonthClosing monthClosing(NamedParameterJdbcOperations database, BookStore books, BillingCalendar calendar) {
        return new MonthClosing(database, books, calendar);
    }

    @Bean
    WalletBalance walletBalance(JdbcClient database, BillingCalendar calendar) {
        return new StoredWalletBalance(database, calendar);
    }

    @Bean
    CreditExpiry creditExpiry(
            NamedParameterJdbcOperations database,
            BookStore books,
            BillingCalendar calendar,
            Transactions transactions,
            Identifiers identifiers) {
        return new CreditExpiry(database, books, calendar, transactions, identifiers);
    }

    @Bean
    RepeatedTask creditExpiryTask(CreditExpiry expiry, LedgerSettings settings) {
        return new RepeatedTask("credit-expiry", settings.expiryPause(), expiry::expire);
    }
}
