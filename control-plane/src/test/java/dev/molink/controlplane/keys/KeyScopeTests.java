package dev.molink.controlplane.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyScopeTests {

    @Test
    void allowsEverythingWhereItSetsNoBound() {
        assertThat(KeyScope.ANY.allowsModel("any")).isTrue();
        assertThat(KeyScope.ANY.allowsPath("/any")).isTrue();
        assertThat(KeyScope.ANY.allowsAddress(IpRange.address("::1"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/models, true",
        "/v1/models/molink-demo, true",
        "/v1/models/, true",
        "/v1/modelsx, false",
        "/v1/model, false",
        "/v1, false",
        "/v1/%6dodels, false",
        "/V1/models, false",
        "'', false"
    })
    void allowsAnEndpointAndAllBelowIt(String path, boolean allowed) {
        KeyScope scope = new KeyScope(List.of(), List.of("/v1/completions", "/v1/models"), List.of());

        assertThat(scope.allowsPath(path)).isEqualTo(allowed);
    }

    @Test
    void allowsItsModelsOnly() {
        KeyScope scope = new KeyScope(List.of("Qwen/Qwen3-0.6B"), List.of(), List.of());

        assertThat(scope.allowsModel("Qwen/Qwen3-0.6B")).isTrue();
        assertThat(scope.allowsModel("Qwen/Qwen3-0.6b")).isFalse();
        assertThat(scope.allowsModel("Qwen")).isFalse();
    }

    @Test
    void allowsItsAddressesOnly() {
        KeyScope scope =
                new KeyScope(List.of(), List.of(), List.of(IpRange.of("10.0.0.0/8"), IpRange.of("2001:db8::/32")));

        assertThat(scope.allowsAddress(IpRange.address("10.9.8.7"))).isTrue();
        assertThat(scope.allowsAddress(IpRange.address("2001:db8::7"))).isTrue();
        assertThat(scope.allowsAddress(IpRange.address("192.0.2.1"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v1/models", "/", "/v1/models/", "//v1", "/v1/*", "/v1/mo dels", "/v1?x", "/v1\n/x"})
    void refusesWhatIsNoEndpoint(String endpoint) {
        assertThatThrownBy(() -> KeyScope.requireEndpoint(endpoint))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a path such as /v1/chat/completions");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb"})
    void refusesWhatIsNoModel(String name) {
        assertThatThrownBy(() -> KeyScope.requireModel(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 200 characters");
    }

    @Test
    void refusesMoreThanItHolds() {
        List<String> models =
                IntStream.range(0, 33).mapToObj(number -> "model" + number).toList();

        assertThatThrownBy(() -> new KeyScope(models, List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a scope has at most 32 models, but this one has 33");
    }

    /** The longest scope fits the columns: 32 × 201, 32 × 101 and 64 × 50 characters. */
    @Test
    void comesBackFromItsText() {
        KeyScope scope = new KeyScope(
                IntStream.range(0, 32)
                        .mapToObj(number -> "%0200d".formatted(number))
                        .toList(),
                IntStream.range(0, 32)
                        .mapToObj(number -> "/%099d".formatted(number))
                        .toList(),
                IntStream.range(0, 64)
                        .mapToObj(number -> IpRange.of("2001:0db8:1111:2222:3333:4444:5555:%04x/128".formatted(number)))
                        .toList());

        String models = ScopeText.of(scope.models());
        String endpoints = ScopeText.of(scope.endpoints());
        String ipRanges = ScopeText.of(scope.ipRanges());

        assertThat(ScopeText.parse(models, endpoints, ipRanges)).isEqualTo(scope);
        assertThat(models).hasSizeLessThanOrEqualTo(8000);
        assertThat(endpoints).hasSizeLessThanOrEqualTo(4000);
        assertThat(ipRanges).hasSizeLessThanOrEqualTo(4000);
        assertThat(ScopeText.parse(null, null, null)).isEqualTo(KeyScope.ANY);
        assertThat(ScopeText.of(List.of())).isNull();
    }
}
