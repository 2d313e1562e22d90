package dev.molink.controlplane.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.keys.KeyWords.Named;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class KeyWordsTests {

    private static final Named NO_MODELS = new Named("--models", null);
    private static final Named NO_ENDPOINTS = new Named("--endpoints", null);
    private static final Named NO_RANGES = new Named("--ip-ranges", null);

    @Test
    void whatIsLeftOutSetsNoBound() {
        assertThat(KeyWords.scope(NO_MODELS, NO_ENDPOINTS, NO_RANGES)).isEqualTo(KeyScope.ANY);
        assertThat(KeyWords.lifetime("--expires-in-days", null)).isNull();
    }

    @Test
    void readsEveryList() {
        KeyScope scope = KeyWords.scope(
                new Named("--models", List.of("molink-demo", " Qwen/Qwen3-0.6B")),
                new Named("--endpoints", List.of("/v1/models")),
                new Named("--ip-ranges", List.of("10.0.0.0/8", "2001:db8::/32")));

        assertThat(scope.models()).containsExactly("molink-demo", "Qwen/Qwen3-0.6B");
        assertThat(scope.endpoints()).containsExactly("/v1/models");
        assertThat(scope.ipRanges()).containsExactly(IpRange.of("10.0.0.0/8"), IpRange.of("2001:db8::/32"));
        assertThat(KeyWords.lifetime("--expires-in-days", 3650)).isEqualTo(Duration.ofDays(3650));
    }

    @Test
    void anEmptyOrTooLongListIsRefused() {
        assertRefused(
                () -> KeyWords.scope(new Named("--models", List.of()), NO_ENDPOINTS, NO_RANGES),
                "--models must have from 1 to 32 entries, but it has 0; without it everything is allowed");
        assertRefused(
                () -> KeyWords.scope(
                        NO_MODELS, new Named("--endpoints", Collections.nCopies(33, "/v1/models")), NO_RANGES),
                "--endpoints must have from 1 to 32 entries, but it has 33; without it everything is allowed");
    }

    @Test
    void aWrongEntryIsNamedWithItsListAndWhatIsAllowed() {
        assertRefused(
                () -> KeyWords.scope(new Named("--models", List.of("molink-demo", "")), NO_ENDPOINTS, NO_RANGES),
                "--models cannot have '': a model's name has 1 to 200 characters, not all blank and none of them control"
                        + " characters");
        assertRefused(
                () -> KeyWords.scope(NO_MODELS, new Named("--endpoints", List.of("chat\tx")), NO_RANGES),
                "--endpoints cannot have 'chat?x': an endpoint is a path such as /v1/chat/completions, of at most 100"
                        + " letters, digits and any of /._~-, without a slash at its end");
        assertRefused(
                () -> KeyWords.scope(NO_MODELS, NO_ENDPOINTS, new Named("--ip-ranges", List.of("10.0.0.0/99"))),
                "--ip-ranges cannot have '10.0.0.0/99': '10.0.0.0/99' must have a prefix length from 0 to 32");
    }

    @Test
    void aLifetimeOutsideItsRangeIsRefused() {
        assertRefused(
                () -> KeyWords.lifetime("--expires-in-days", 0),
                "--expires-in-days must be from 1 to 3650, but it is 0");
        assertRefused(
                () -> KeyWords.lifetime("--expires-in-days", 3651),
                "--expires-in-days must be from 1 to 3650, but it is 3651");
    }

    private static void assertRefused(ThrowingCallable work, String sentence) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(work).withMessage(sentence);
    }
}
