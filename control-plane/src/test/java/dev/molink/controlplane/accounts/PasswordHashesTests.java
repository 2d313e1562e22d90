package dev.molink.controlplane.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

class PasswordHashesTests {

    private static final String PASSWORD = "correct horse";

    private final List<String> computed = new ArrayList<>();
    private final PasswordHashes hashes = new PasswordHashes(
            new Counting("argon2", PasswordHashes.argon2()), new Counting("bcrypt", new BCryptPasswordEncoder()));

    /** Who measures how long a login takes learns nothing: neither whether the account exists, nor how old its hash is. */
    @ParameterizedTest
    @CsvSource({"none, right", "none, wrong", "argon2, right", "argon2, wrong", "bcrypt, right", "bcrypt, wrong"})
    void everyCheckComputesOneHashOfEachKind(String stored, String attempt) {
        String hash = switch (stored) {
            case "argon2" -> hashes.hash(PASSWORD);
            case "bcrypt" -> "{bcrypt}" + new BCryptPasswordEncoder().encode(PASSWORD);
            default -> null;
        };
        computed.clear();

        PasswordHashes.Check check = hashes.check(attempt.equals("right") ? PASSWORD : "wrong horse", hash);

        assertThat(computed).containsExactlyInAnyOrder("argon2", "bcrypt");
        assertThat(check.right()).isEqualTo(hash != null && attempt.equals("right"));
        assertThat(check.newHash() != null).isEqualTo(stored.equals("bcrypt") && attempt.equals("right"));
    }

    @Test
    void whatNobodyKnowsCostsWhatARealHashCosts() {
        String real = hashes.hash(PASSWORD);

        assertThat(parameters(PasswordHashes.NOBODYS_CURRENT)).isEqualTo(parameters(real));
        assertThat(PasswordHashes.NOBODYS_EARLIER)
                .startsWith("{bcrypt}"
                        + new BCryptPasswordEncoder().encode(PASSWORD).substring(0, 7));
    }

    @Test
    void aHashOfWeakerParametersIsReplaced() {
        String weaker = "{argon2}" + new Argon2PasswordEncoder(16, 32, 1, 1024, 1).encode(PASSWORD);

        PasswordHashes.Check check = hashes.check(PASSWORD, weaker);

        assertThat(check.right()).isTrue();
        assertThat(check.newHash()).startsWith("{argon2}$argon2id$v=19$m=19456,t=2,p=1$");
    }

    private static String parameters(String hash) {
        return String.join("$", List.of(hash.split("\\$")).subList(0, 4));
    }

    /** Notes each hash that is computed. */
    private final class Counting implements PasswordEncoder {

        private final String name;
        private final PasswordEncoder encoder;

        Counting(String name, PasswordEncoder encoder) {
            this.name = name;
            this.encoder = encoder;
        }

        @Override
        public @Nullable String encode(@Nullable CharSequence password) {
            computed.add(name);
            return encoder.encode(password);
        }

        @Override
        public boolean matches(@Nullable CharSequence password, @Nullable String hash) {
            computed.add(name);
            return encoder.matches(password, hash);
        }

        @Override
        public boolean upgradeEncoding(@Nullable String hash) {
            return encoder.upgradeEncoding(hash);
        }
    }
}
