package dev.molink.cli.keys;

import dev.molink.cli.deployment.StoredState;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.access.AccessAutoConfiguration;
import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.AdminCaller.ActorKind;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.adminkeys.AdminKeysAutoConfiguration;
import dev.molink.controlplane.adminkeys.FirstAdminKey;
import dev.molink.controlplane.audit.AuditAutoConfiguration;
import dev.molink.controlplane.keys.ApiKeySummary;
import dev.molink.controlplane.keys.ApiKeys;
import dev.molink.controlplane.keys.AuditedKeys;
import dev.molink.controlplane.keys.KeysAutoConfiguration;
import dev.molink.controlplane.keys.NewKey;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.controlplane.tenancy.TenancyAutoConfiguration;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/** Keys in the database itself, for when no gateway runs on it. */
public final class DatabaseKeyStore implements KeyStore {

    private static final AdminCaller CALLER = new AdminCaller(ActorKind.SYSTEM, "command-line", null, Role.OWNER);

    private final ConfigurableApplicationContext context;
    private final ApiKeys keys;
    private final AuditedKeys changes;
    private final FirstAdminKey adminKeys;
    private final Tenancy tenancy;

    private DatabaseKeyStore(ConfigurableApplicationContext context) {
        this.context = context;
        this.keys = context.getBean(ApiKeys.class);
        this.tenancy = context.getBean(Tenancy.class);
        this.changes = context.getBean(AuditedKeys.class);
        this.adminKeys = context.getBean(FirstAdminKey.class);
    }

    /** Opens the database of the data folder {@code data}, and makes both when they are missing. */
    public static DatabaseKeyStore open(Path data) {
        return new DatabaseKeyStore(StoredState.open(data, Beans.class));
    }

    @Override
    public String create(String project, NewKey key) {
        return told(() -> changes.create(CALLER, Tenancy.DEFAULT_ORGANIZATION, project, key)
                .text());
    }

    @Override
    public String createAdmin(NewAdmin key) {
        return told(() -> adminKeys
                .create(CALLER, key.name(), key.role(), key.organization(), key.expiresInDays())
                .text());
    }

    @Override
    public List<Row> list() {
        return keys.list().stream().map(DatabaseKeyStore::row).toList();
    }

    @Override
    public void revoke(String keyId) {
        told(() -> changes.revoke(CALLER, keyId));
    }

    @Override
    public void sharePrefixCache(String project, boolean share) {
        String projectId = tenancy.projects().stream()
                .filter(each -> each.organizationName().equals(Tenancy.DEFAULT_ORGANIZATION))
                .filter(each -> each.name().equals(project))
                .map(ProjectSummary::projectId)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no project named '%s'".formatted(project)));
        told(() -> changes.sharePrefixCache(CALLER, projectId, share));
    }

    private static Row row(ApiKeySummary key) {
        return new Row(
                key.keyId(),
                key.projectName(),
                key.name(),
                key.redacted(),
                key.scope(),
                key.createdAt(),
                key.expiresAt(),
                key.revokedAt());
    }

    private static <T> T told(Supplier<T> work) {
        try {
            return work.get();
        } catch (RefusedException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }

    @Override
    public void close() {
        context.close();
    }

    /** What keys need of the control plane, and nothing that listens on a port. */
    @ImportAutoConfiguration({
        StorageAutoConfiguration.class,
        FlywayAutoConfiguration.class,
        HibernateJpaAutoConfiguration.class,
        DataJpaRepositoriesAutoConfiguration.class,
        DataSourceTransactionManagerAutoConfiguration.class,
        JdbcTemplateAutoConfiguration.class,
        JdbcClientAutoConfiguration.class,
        TransactionAutoConfiguration.class,
        TenancyAutoConfiguration.class,
        AccessAutoConfiguration.class,
        AuditAutoConfiguration.class,
        KeysAutoConfiguration.class,
        AdminKeysAutoConfiguration.class
    })
    static final class Beans {}
}
