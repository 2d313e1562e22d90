package dev.molink.console.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.console.oidc.OidcSettings.Grant;
import dev.molink.controlplane.access.Role;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class OidcSettingsTests {

    private static final String PREFIX = "molink.console.oidc.";
    private static final Map<String, String> LEAST =
            Map.of("issuer", "https://login.example.org", "client-id", "molink", "client-secret", "hush");

    @Test
    void withoutAnIssuerThereIsNoSuchLogin() {
        OidcSettings settings = bind(Map.of());

        assertThat(settings.enabled()).isFalse();
        assertThat(settings.label()).isEqualTo("single sign-on");
        assertThat(settings.scopes()).containsExactly("openid", "profile", "email");
        assertThat(settings.groupsClaim()).isEqualTo("groups");
        assertThat(settings.createAccounts()).isFalse();
        assertThat(settings.grants()).isEmpty();
    }

    @Test
    void takesEverySetting() {
        OidcSettings settings = bind(with(Map.of(
                "redirect-uri", "https://console.example.org/console/login/code/oidc",
                "label", "Example login",
                "scopes", "openid,groups",
                "groups-claim", "realm_access.roles",
                "create-accounts", "true",
                "grants[0].group", "admins",
                "grants[0].role", "owner",
                "grants[1].group", "developers",
                "grants[1].role", "developer",
                "grants[1].organization", "Example Ltd")));

        assertThat(settings.enabled()).isTrue();
        assertThat(settings.issuer()).isEqualTo("https://login.example.org");
        assertThat(settings.clientId()).isEqualTo("molink");
        assertThat(settings.clientSecret()).isEqualTo("hush");
        assertThat(settings.redirectUri()).isEqualTo("https://console.example.org/console/login/code/oidc");
        assertThat(settings.label()).isEqualTo("Example login");
        assertThat(settings.scopes()).containsExactly("openid", "groups");
        assertThat(settings.groupsClaim()).isEqualTo("realm_access.roles");
        assertThat(settings.createAccounts()).isTrue();
        assertThat(settings.grants())
                .containsExactly(
                        new Grant("admins", Role.OWNER, null), new Grant("developers", Role.DEVELOPER, "Example Ltd"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:9000",
                "http://127.0.0.1:9000/realms/a",
                "http://127.1.2.3",
                "http://[::1]:9000",
                "https://login.example.org/realms/a"
            })
    void takesAddressesThatKeepASecret(String address) {
        assertThat(bind(with(Map.of("issuer", address, "redirect-uri", address)))
                        .issuer())
                .isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.example.org",
                "http://10.0.0.1",
                "http://localhost.example.org",
                "ftp://localhost",
                "login.example.org",
                "https:/login",
                "https://login example",
                "http://999.0.0.1",
                "nonsense"
            })
    void refusesAddressesThatDoNot(String address) {
        for (String setting : new String[] {"issuer", "redirect-uri"}) {
            assertRefused(
                    with(Map.of(setting, address)),
                    "molink.console.oidc.%s must be an https address (http only on this machine), but it is '%s'"
                            .formatted(setting, address));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "client-id       | ''           | molink.console.oidc.client-id must be set, because molink.console.oidc.issuer is",
                "client-secret   | '  '         | molink.console.oidc.client-secret must be set, because molink.console.oidc.issuer is",
                "scopes          | profile      | molink.console.oidc.scopes must contain 'openid', but they are [profile]",
                "label           | ' '          | molink.console.oidc.label must not be blank, but it is ' '",
                "groups-claim    | ''           | molink.console.oidc.groups-claim must name a claim such as groups or realm_access.roles, but it is ''",
                "grants[0].role  | owner        | each of molink.console.oidc.grants has a group and a role (owner, admin, developer, finance or viewer), but one has the group 'null' and the role 'OWNER'",
                "grants[0].group | admins       | each of molink.console.oidc.grants has a group and a role (owner, admin, developer, finance or viewer), but one has the group 'admins' and the role 'null'"
            })
    void namesSettingValueAndWhatIsAllowed(String setting, String value, String sentence) {
        assertRefused(with(Map.of(setting, value)), sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"client-id", "client-secret"})
    void refusesAnIssuerWithoutItsClient(String setting) {
        Map<String, String> settings = with(Map.of());
        settings.remove(setting);

        assertRefused(
                settings, "molink.console.oidc." + setting + " must be set, because molink.console.oidc.issuer is");
    }

    @Test
    void nothingIsAskedOfALoginThatIsOff() {
        assertThat(bind(Map.of("redirect-uri", "nonsense", "client-id", "")).enabled())
                .isFalse();
    }

    @Test
    void neverShowsItsSecret() {
        assertThat(bind(with(Map.of("client-secret", "hush"))).toString()).doesNotContain("hush");
        assertThatThrownBy(() -> bind(with(Map.of("client-secret", "hush", "client-id", ""))))
                .satisfies(refused -> assertThat(root(refused).getMessage()).doesNotContain("hush"));
    }

    private static Map<String, String> with(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(LEAST);
        settings.putAll(more);
        return settings;
    }

    private static OidcSettings bind(Map<String, String> settings) {
        Map<String, String> named = new HashMap<>();
        settings.forEach((name, value) -> named.put(PREFIX + name, value));
        return new Binder(new MapConfigurationPropertySource(named))
                .bindOrCreate("molink.console.oidc", OidcSettings.class);
    }

    private static void assertRefused(Map<String, String> settings, String sentence) {
        assertThatThrownBy(() -> bind(settings))
                .satisfies(refused -> assertThat(root(refused))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith(sentence));
    }

    private static Throwable root(Throwable failure) {
        return failure.getCause() == null ? failure : root(failure.getCause());
    }
}
