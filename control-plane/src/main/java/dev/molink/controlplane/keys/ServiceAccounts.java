package dev.molink.controlplane.keys;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.Names;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.paging.CreationPlace;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.paging.PageRequest;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.tenancy.Project;
import dev.molink.controlplane.tenancy.ProjectRepository;
import dev.molink.controlplane.tenancy.ServiceAccount;
import dev.molink.controlplane.tenancy.ServiceAccountRepository;
import dev.molink.controlplane.tenancy.ServiceAccountRole;
import dev.molink.controlplane.tenancy.ServiceAccountSummary;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.springframework.data.domain.Limit;

/** Service accounts of projects. A deleted one is gone, and its keys are revoked. */
public final class ServiceAccounts {

    private static final String WHAT = "a service account";

    private final ServiceAccountRepository accounts;
    private final ProjectRepository projects;
    private final ApiKeyRepository keys;
    private final KeyTransactions keyTransactions;
    private final Transactions transactions;
    private final Identifiers identifiers;
    private final InstantSource clock;

    ServiceAccounts(
            ServiceAccountRepository accounts,
            ProjectRepository projects,
            ApiKeyRepository keys,
            KeyTransactions keyTransactions,
            Transactions transactions,
            Identifiers identifiers,
            InstantSource clock) {
        this.accounts = accounts;
        this.projects = projects;
        this.keys = keys;
        this.keyTransactions = keyTransactions;
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.clock = clock;
    }

    /**
     * A page of a project's service accounts in the order of their creation.
     *
     * @throws RefusedException when the cursor is no service account of the project
     */
    public Page<ServiceAccountSummary> list(String projectId, PageRequest request) {
        return transactions.run(() -> {
            CreationPlace from =
                    CreationPlace.of(request, id -> accounts.find(projectId, id).map(ServiceAccount::place));
            Limit limit = Limit.of(request.limit() + 1);
            List<ServiceAccount> rows = request.readsUpwards()
                    ? accounts.findAfter(projectId, from.createdAt(), from.id(), limit)
                    : accounts.findBefore(projectId, from.createdAt(), from.id(), limit);
            return Page.ofRead(rows, request).map(ServiceAccount::summary);
        });
    }

    /** @throws RefusedException when the project has no such service account */
    public ServiceAccountSummary find(String projectId, String serviceAccountId) {
        return transactions.run(() -> require(projectId, serviceAccountId).summary());
    }

    /** @throws RefusedException when there is no such project, it is archived, or the name is not allowed */
    public ServiceAccountSummary create(String projectId, String name, ServiceAccountRole role) {
        String allowed = Names.require(WHAT, name);
        return transactions.run(() -> {
            Project project = projects.findById(projectId)
                    .orElseThrow(() ->
                            new RefusedException(Reason.NOT_FOUND, "there is no project '%s'".formatted(projectId)));
            if (project.archived()) {
                throw new RefusedException(
                        Reason.INVALID_VALUE,
                        "the project '%s' is archived and takes no new service accounts".formatted(project.name()));
            }
            return accounts.save(
                            new ServiceAccount(identifiers.next("svc_acct"), project, allowed, role, clock.instant()))
                    .summary();
        });
    }

    /** @throws RefusedException when the project has no such service account, or the name is not allowed */
    public ServiceAccountSummary change(
            String projectId, String serviceAccountId, String name, ServiceAccountRole role) {
        String allowed = Names.require(WHAT, name);
        return transactions.run(() -> {
            ServiceAccount account = require(projectId, serviceAccountId);
            account.change(allowed, role);
            return account.summary();
        });
    }

    /**
     * Deletes a service account and revokes its keys.
     *
     * @return the account as it was
     * @throws RefusedException when the project has no such service account
     */
    public ServiceAccountSummary delete(String projectId, String serviceAccountId) {
        return keyTransactions.change(() -> {
            Instant now = clock.instant();
            ServiceAccount account = require(projectId, serviceAccountId);
            account.delete(now);
            keys.findByServiceAccount(serviceAccountId).forEach(key -> key.revoke(now));
            return account.summary();
        });
    }

    private ServiceAccount require(String projectId, String serviceAccountId) {
        return accounts.find(projectId, serviceAccountId)
                .orElseThrow(() -> new RefusedException(
                        Reason.NOT_FOUND, "the project has no service account '%s'".formatted(serviceAccountId)));
    }
}
