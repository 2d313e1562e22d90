package dev.molink.controlplane.members;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.accounts.AccountsAutoConfiguration;
import dev.molink.controlplane.accounts.Owners;
import dev.molink.controlplane.accounts.ProviderAccounts;
import dev.molink.controlplane.audit.AuditAutoConfiguration;
import dev.molink.controlplane.audit.AuditTrail;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Members and invitations as beans. */
@AutoConfiguration(after = {AccountsAutoConfiguration.class, AuditAutoConfiguration.class})
public class MembersAutoConfiguration {

    @Bean
    Members members(JdbcClient database, Owners owners, Transactions transactions, InstantSource clock) {
        return new Members(new MemberRows(database), owners, transactions, clock);
    }

    @Bean
    ProjectMembers projectMembers(
            JdbcClient database, Members members, Owners owners, Transactions transactions, InstantSource clock) {
        return new ProjectMembers(database, members, owners, transactions, clock);
    }

    @Bean
    Invites invites(
            JdbcClient database,
            Members members,
            ProjectMembers projects,
            Accounts accounts,
            Owners owners,
            Transactions transactions,
            Identifiers identifiers,
            InstantSource clock) {
        return new Invites(
                new InviteRows(database), members, projects, accounts, owners, transactions, identifiers, clock);
    }

    @Bean
    ProviderLogins providerLogins(
            JdbcClient database,
            ProviderAccounts identities,
            Accounts accounts,
            Owners owners,
            AuditTrail trail,
            Transactions transactions,
            InstantSource clock) {
        ProviderRecord record = new ProviderRecord(trail);
        ProvidedRoles roles = new ProvidedRoles(database, new MemberRows(database), owners, record, clock);
        return new ProviderLogins(identities, accounts, roles, record, transactions);
    }
}
