package dev.molink.console.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoginThrottleTests {

    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final LoginThrottle throttle = new LoginThrottle(() -> now);

    @Test
    void refusesAnAccountFromAnAddressAfterFiveFailures() {
        fail("ada", "10.0.0.1", 5);

        assertThat(throttle.admit("ada", "10.0.0.1")).isFalse();
        assertThat(throttle.admit(" ADA ", "10.0.0.1")).isFalse();
        assertThat(throttle.admit("ada", "10.0.0.2")).isTrue();
        assertThat(throttle.admit("bob", "10.0.0.1")).isTrue();
    }

    @Test
    void admitsAgainWhenTheWindowIsOver() {
        fail("ada", "10.0.0.1", 5);

        now = now.plus(LoginThrottle.WINDOW);

        assertThat(throttle.admit("ada", "10.0.0.1")).isTrue();
    }

    @Test
    void refusedAttemptsDoNotProlongTheWindow() {
        fail("ada", "10.0.0.1", 5);
        now = now.plus(LoginThrottle.WINDOW).minusSeconds(1);
        fail("ada", "10.0.0.1", 50);

        now = now.plusSeconds(1);

        assertThat(throttle.admit("ada", "10.0.0.1")).isTrue();
    }

    @Test
    void aSuccessForgetsTheFailuresBeforeIt() {
        fail("ada", "10.0.0.1", 4);
        assertThat(throttle.admit("ada", "10.0.0.1")).isTrue();
        throttle.succeeded("ada", "10.0.0.1");

        fail("ada", "10.0.0.1", 4);

        assertThat(throttle.admit("ada", "10.0.0.1")).isTrue();
    }

    @Test
    void refusesAnAddressThatTriesManyAccounts() {
        IntStream.range(0, LoginThrottle.PER_ADDRESS).forEach(i -> throttle.admit("account" + i, "10.0.0.1"));

        assertThat(throttle.admit("one more", "10.0.0.1")).isFalse();
        assertThat(throttle.admit("one more", "10.0.0.2")).isTrue();
    }

    @Test
    void refusesAnAccountThatManyAddressesTry() {
        IntStream.range(0, LoginThrottle.PER_ACCOUNT).forEach(i -> throttle.admit("ada", "10.0.1." + i));

        assertThat(throttle.admit("ada", "10.0.2.1")).isFalse();
    }

    @Test
    void keepsABoundedNumberOfCounters() {
        IntStream.range(0, 2 * LoginThrottle.MAX_COUNTERS).forEach(i -> throttle.admit("a" + i, "address" + i));

        assertThat(throttle.counters()).isEqualTo(LoginThrottle.MAX_COUNTERS);
    }

    private void fail(String login, String address, int times) {
        IntStream.range(0, times).forEach(i -> throttle.admit(login, address));
    }
}
