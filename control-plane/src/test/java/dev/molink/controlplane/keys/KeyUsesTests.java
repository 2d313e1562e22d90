package dev.molink.controlplane.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.tenancy.Tenancy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The last use of keys, from memory to the database. */
class KeyUsesTests {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    /** Counts batches and the updates in them; fails while it is told to. */
    private static final class CountingTemplate extends JdbcTemplate {

        private final AtomicInteger batches = new AtomicInteger();
        private final AtomicBoolean away = new AtomicBoolean();

        CountingTemplate(DataSource source) {
            super(source);
        }

        @Override
        public int[] batchUpdate(String sql, List<? extends Object[]> rows) {
            if (away.get()) {
                throw new DataAccessResourceFailureException("the database is away");
            }
            batches.incrementAndGet();
            return super.batchUpdate(sql, rows);
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyUsesAreOneBatch(TestDatabase database) {
        CountingTemplate template = template(database);
        KeyUses uses = uses(template, 1000);
        String keyId = key(database);
        IntStream.range(0, 400).forEach(second -> uses.used(keyId, NOON.plusSeconds(second * 2L)));
        IntStream.range(0, 499).forEach(number -> uses.used("key_gone_" + number, NOON));

        uses.write();
        uses.write();

        assertThat(template.batches).hasValue(1);
        assertThat(lastUse(database, keyId)).isEqualTo(NOON.plusSeconds(798));
    }

    @ParameterizedTest
    @EnumSource
    void whatCannotBeWrittenWaitsForTheNextTime(TestDatabase database) {
        CountingTemplate template = template(database);
        KeyUses uses = uses(template, 1000);
        String keyId = key(database);
        uses.used(keyId, NOON);
        template.away.set(true);
        uses.write();
        Instant meanwhile = lastUse(database, keyId);
        template.away.set(false);

        uses.close();

        assertThat(meanwhile).isNull();
        assertThat(lastUse(database, keyId)).isEqualTo(NOON);
    }

    @ParameterizedTest
    @EnumSource
    void remembersNoMoreKeysThanItMay(TestDatabase database) {
        CountingTemplate template = template(database);
        KeyUses uses = uses(template, 1);
        String first = key(database);
        String second = key(database);

        uses.used(first, NOON);
        uses.used(second, NOON);
        uses.used(first, NOON.plus(Duration.ofSeconds(5)));
        uses.write();

        assertThat(lastUse(database, first)).isEqualTo(NOON.plusSeconds(5));
        assertThat(lastUse(database, second)).isNull();
    }

    private static KeyUses uses(CountingTemplate template, int maxKeys) {
        DataSource source = Objects.requireNonNull(template.getDataSource());
        return new KeyUses(template, new Transactions(new JdbcTransactionManager(source)), maxKeys);
    }

    private static CountingTemplate template(TestDatabase database) {
        return new CountingTemplate(database.bean(DataSource.class));
    }

    private static String key(TestDatabase database) {
        String projectId = database.bean(Tenancy.class)
                .createProject(Tenancy.DEFAULT_ORGANIZATION, UUID.randomUUID().toString())
                .projectId();
        return database.bean(ApiKeys.class).create(projectId, "laptop").key().keyId();
    }

    private static @Nullable Instant lastUse(TestDatabase database, String keyId) {
        return database.bean(ApiKeys.class).find(keyId).lastUsedAt();
    }
}
