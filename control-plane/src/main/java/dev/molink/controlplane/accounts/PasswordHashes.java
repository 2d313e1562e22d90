package dev.molink.controlplane.accounts;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Hashes passwords with argon2id, 19 MiB and two passes (RFC 9106; the smallest setting of OWASP's list), and still checks
 * the bcrypt hashes of earlier versions.
 *
 * <p>A check computes one hash of each kind, whatever is stored and whatever comes out, so that its duration tells neither
 * whether an account exists nor how old its hash is. Each argon2id computation holds its 19 MiB, so only a few run at once.
 */
final class PasswordHashes {

    static final String CURRENT = "argon2";
    static final String EARLIER = "bcrypt";

    /** Of random texts that nobody kept: what a password is compared with when nothing of this kind is stored. */
    static final String NOBODYS_CURRENT =
            "{argon2}$argon2id$v=19$m=19456,t=2,p=1$Pxo9KLEvzqVr1hCoPCqD1g$PCUQVZVbr0qpRfioO6JMUZ9KEK2vfLDQ80nd5ysGPBA";

    static final String NOBODYS_EARLIER = "{bcrypt}$2a$10$141CjHEJWYLshCkezXqZYO.nZ8fABzQpIOswazlXySlbDsZWjldr6";

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int LANES = 1;
    private static final int MEMORY_KIB = 19 * 1024;
    private static final int PASSES = 2;
    private static final int MAX_AT_ONCE = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final PasswordEncoder encoder;
    private final Semaphore permits =
            new Semaphore(Math.min(MAX_AT_ONCE, Runtime.getRuntime().availableProcessors()), true);

    /**
     * What came out of a check.
     *
     * @param newHash what to store instead, because the stored hash is of an earlier kind; null when it is not, or the
     *     password was wrong
     */
    record Check(boolean right, @Nullable String newHash) {}

    PasswordHashes() {
        this(argon2(), new BCryptPasswordEncoder());
    }

    PasswordHashes(PasswordEncoder current, PasswordEncoder earlier) {
        this.encoder = new DelegatingPasswordEncoder(CURRENT, Map.of(CURRENT, current, EARLIER, earlier));
    }

    static Argon2PasswordEncoder argon2() {
        return new Argon2PasswordEncoder(SALT_BYTES, HASH_BYTES, LANES, MEMORY_KIB, PASSES);
    }

    /** @throws PasswordsBusyException when too many others are at it for too long */
    String hash(String password) {
        return withPermit(() -> encoded(password));
    }

    /**
     * @param stored null when there is no account, or none with a password
     * @throws PasswordsBusyException when too many others are at it for too long
     */
    Check check(String password, @Nullable String stored) {
        return withPermit(() -> isEarlier(stored) ? checkEarlier(password, stored) : checkCurrent(password, stored));
    }

    private Check checkCurrent(String password, @Nullable String stored) {
        encoder.matches(password, NOBODYS_EARLIER);
        boolean right = encoder.matches(password, stored == null ? NOBODYS_CURRENT : stored) && stored != null;
        return new Check(right, right && encoder.upgradeEncoding(stored) ? encoded(password) : null);
    }

    private Check checkEarlier(String password, @Nullable String stored) {
        if (encoder.matches(password, stored)) {
            return new Check(true, encoded(password));
        }
        encoder.matches(password, NOBODYS_CURRENT);
        return new Check(false, null);
    }

    private static boolean isEarlier(@Nullable String stored) {
        return stored != null && stored.startsWith("{" + EARLIER + "}");
    }

    private String encoded(String password) {
        return Objects.requireNonNull(encoder.encode(password));
    }

    private <T> T withPermit(Supplier<T> work) {
        acquire();
        try {
            return work.get();
        } finally {
            permits.release();
        }
    }

    private void acquire() {
        try {
            if (!permits.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new PasswordsBusyException("no turn to check a password within %d s; %d others wait"
                        .formatted(PATIENCE.toSeconds(), permits.getQueueLength()));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new PasswordsBusyException("stopped while waiting for a turn to check a password");
        }
    }
}
