package dev.molink.controlplane.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.TestClock;
import dev.molink.controlplane.keys.KeyVerification.Unavailable;
import dev.molink.controlplane.keys.KeyVerification.Valid;
import dev.molink.controlplane.storage.Transactions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Keys while the database does not answer. */
class UnreachableDatabaseTests {

    @TempDir
    private Path folder;

    private final FailingRepository keys = new FailingRepository();

    @SuppressWarnings("NullAway.Init") // before each test
    private KeyVerifier verifier;

    @BeforeEach
    void verifier() throws Exception {
        Peppers peppers = Peppers.in(folder.resolve("key-peppers"), new Random(1));
        keys.peppers = peppers;
        DataSource unreachable = new DriverManagerDataSource("jdbc:h2:tcp://127.0.0.1:1/none");
        Transactions transactions = new Transactions(new JdbcTransactionManager(unreachable));
        verifier = new KeyVerifier(
                keys,
                peppers,
                new KeyChanges(JdbcClient.create(unreachable)),
                new KeyUses(new JdbcTemplate(unreachable), transactions, 100),
                new KeySettings("live", null, Duration.ofMillis(500), 100),
                new TestClock());
    }

    @Test
    void keysInMemoryGoOnAndOthersAreNotCalledUnknown() {
        verifier.verify("a-key-in-use");
        keys.reachable = false;

        assertThat(verifier.verify("a-key-in-use")).isInstanceOf(Valid.class);
        assertThat(verifier.verify("another-key")).isEqualTo(new Unavailable());
    }

    @Test
    void aFailedPollForgetsNothing() {
        verifier.verify("a-key-in-use");
        keys.reachable = false;

        verifier.poll();

        assertThat(verifier.verify("a-key-in-use")).isInstanceOf(Valid.class);
    }

    /** Knows every key while it is reachable. */
    private static final class FailingRepository implements ApiKeyRepository {

        private boolean reachable = true;

        @SuppressWarnings("NullAway.Init") // before each test
        private Peppers peppers;

        @Override
        public List<StoredKey> findStored(String publicId, Collection<String> digests) {
            if (!reachable) {
                throw new DataAccessResourceFailureException("the database is away");
            }
            Map<String, String> known = peppers.digests("a-key-in-use");
            String digest = Objects.requireNonNull(known.get(peppers.currentId()));
            return List.of(new StoredKey(
                    "key_1",
                    "proj_1",
                    "org_1",
                    false,
                    true,
                    null,
                    null,
                    null,
                    peppers.currentId(),
                    digest,
                    null,
                    null,
                    null));
        }

        @Override
        public ApiKey save(ApiKey key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<ApiKey> findById(String id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<ApiKey> findByDigestHexIn(Collection<String> digests) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<ApiKey> findAllInOrder() {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<ApiKey> findAfter(String projectId, boolean revokedToo, Instant createdAt, String id, Limit limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<ApiKey> findBefore(
                String projectId, boolean revokedToo, Instant createdAt, String id, Limit limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<ApiKey> findExpiring(Instant now, Instant end) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<ApiKey> findByServiceAccount(String serviceAccountId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<PepperUse> countValidByPepper(Instant now) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long countValidAdminKeys(String pepperId, Instant now) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<ApiKey> findFixed(String projectId, String name) {
            throw new UnsupportedOperationException();
        }
    }
}
