package dev.molink.cli.keys;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.keys.ApiKeySummary;
import dev.molink.controlplane.keys.ApiKeys;
import dev.molink.controlplane.keys.KeysAutoConfiguration;
import dev.molink.controlplane.keys.ProjectSettings;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.controlplane.tenancy.TenancyAutoConfiguration;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
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

    private final ConfigurableApplicationContext context;
    private final ApiKeys keys;
    private final Tenancy tenancy;
    private final ProjectSettings settings;

    private DatabaseKeyStore(ConfigurableApplicationContext context) {
        this.context = context;
        this.keys = context.getBean(ApiKeys.class);
        this.tenancy = context.getBean(Tenancy.class);
        this.settings = context.getBean(ProjectSettings.class);
    }

    /** Opens the database of the data folder {@code data}, and makes both when they are missing. */
    public static DatabaseKeyStore open(Path data) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("molink.data", data.toString());
        properties.put("logging.level.root", "error");
        Optional.ofNullable(System.getenv("MOLINK_DATABASE_URL"))
                .ifPresent(url -> properties.put("molink.database.url", url));
        return new DatabaseKeyStore(new SpringApplicationBuilder(Beans.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .properties(properties)
                .run());
    }

    @Override
    public String create(String name, String project) {
        return told(() -> keys.create(
                        tenancy.ensureProject(Tenancy.DEFAULT_ORGANIZATION, project)
                                .projectId(),
                        name)
                .text());
    }

    @Override
    public List<Row> list() {
        return keys.list().stream().map(DatabaseKeyStore::row).toList();
    }

    @Override
    public void revoke(String keyId) {
        told(() -> keys.revoke(keyId));
    }

    @Override
    public void sharePrefixCache(String project, boolean share) {
        String projectId = tenancy.projects().stream()
                .filter(each -> each.organizationName().equals(Tenancy.DEFAULT_ORGANIZATION))
                .filter(each -> each.name().equals(project))
                .map(ProjectSummary::projectId)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no project named '%s'".formatted(project)));
        told(() -> settings.sharePrefixCache(projectId, share));
    }

    private static Row row(ApiKeySummary key) {
        return new Row(key.keyId(), key.projectName(), key.name(), key.redacted(), key.createdAt(), key.revokedAt());
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
        KeysAutoConfiguration.class
    })
    static final class Beans {}
}
