package dev.molink.controlplane;

import com.zaxxer.hikari.HikariDataSource;
import dev.molink.controlplane.storage.Transactions;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A migrated database of one test's own, in which it may damage what it likes. */
public final class FreshDatabase {

    private final TestDatabase kind;
    private final DataSource source;

    private FreshDatabase(TestDatabase kind, DataSource source) {
        this.kind = kind;
        this.source = source;
    }

    public static FreshDatabase on(TestDatabase database) {
        String name = "fresh_" + UUID.randomUUID().toString().replace("-", "");
        DriverManagerDataSource source = switch (database) {
            case H2 ->
                new DriverManagerDataSource(
                        "jdbc:h2:mem:%s;MODE=PostgreSQL;DB_CLOSE_DELAY=-1".formatted(name), "molink", "");
            case POSTGRESQL -> {
                database.bean(JdbcClient.class).sql("CREATE DATABASE " + name).update();
                String url = database.bean(HikariDataSource.class).getJdbcUrl();
                yield new DriverManagerDataSource(url.replace("/postgres?", "/" + name + "?"), "postgres", "");
            }
        };
        Flyway.configure()
                .dataSource(source)
                .locations(
                        "classpath:db/migration",
                        "classpath:db/" + database.name().toLowerCase(java.util.Locale.ROOT))
                .load()
                .migrate();
        return new FreshDatabase(database, source);
    }

    public TestDatabase kind() {
        return kind;
    }

    public JdbcClient client() {
        return JdbcClient.create(source);
    }

    /** What one replica runs its work with. */
    public Transactions transactions() {
        return new Transactions(new DataSourceTransactionManager(source));
    }
}
