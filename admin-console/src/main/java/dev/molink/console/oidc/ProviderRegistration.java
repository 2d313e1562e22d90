package dev.molink.console.oidc;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistration.ClientSettings;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;

/**
 * The console as a client of the provider. The provider is asked for its addresses at the first login and not at the start, so
 * that the console, and with it the gateway, runs when the provider does not. A failure is remembered for a moment, so that
 * many people who try do not all wait.
 */
final class ProviderRegistration implements ClientRegistrationRepository {

    static final String ID = "oidc";
    static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(ProviderRegistration.class);
    private static final String REDIRECT = "{baseUrl}/console/login/code/{registrationId}";
    private static final List<String> ADDRESSES = List.of("authorization_endpoint", "token_endpoint", "jwks_uri");

    private final OidcSettings settings;
    private final ProviderHttp http;
    private final InstantSource clock;
    private @Nullable ClientRegistration known;
    private Instant notBefore = Instant.MIN;

    ProviderRegistration(OidcSettings settings, ProviderHttp http, InstantSource clock) {
        this.settings = settings;
        this.http = http;
        this.clock = clock;
    }

    /** @throws ProviderUnreachableException when the provider does not say where it is */
    @Override
    public synchronized @Nullable ClientRegistration findByRegistrationId(String registrationId) {
        if (!registrationId.equals(ID)) {
            return null;
        }
        ClientRegistration registration = known;
        if (registration == null) {
            registration = ask();
            known = registration;
        }
        return registration;
    }

    private ClientRegistration ask() {
        Instant now = clock.instant();
        if (now.isBefore(notBefore)) {
            throw new ProviderUnreachableException("the provider did not answer a moment ago");
        }
        try {
            return registration(http.metadata(issuer()));
        } catch (ProviderUnreachableException failed) {
            notBefore = now.plus(PAUSE_AFTER_FAILURE);
            LOG.warn("nobody can log in through {}: {}", issuer(), failed.getMessage());
            throw failed;
        }
    }

    private ClientRegistration registration(Map<String, Object> metadata) {
        if (!issuer().equals(metadata.get("issuer"))) {
            throw new ProviderUnreachableException(
                    "the provider at %s says that it is %s; set that as molink.console.oidc.issuer if it is right"
                            .formatted(issuer(), metadata.get("issuer")));
        }
        try {
            ADDRESSES.forEach(
                    name -> OidcSettings.requireSafe("the provider's " + name, String.valueOf(metadata.get(name))));
            return ClientRegistrations.fromOidcConfiguration(metadata)
                    .registrationId(ID)
                    .clientId(Objects.requireNonNull(settings.clientId()))
                    .clientSecret(Objects.requireNonNull(settings.clientSecret()))
                    .redirectUri(Objects.requireNonNullElse(settings.redirectUri(), REDIRECT))
                    .scope(settings.scopes())
                    .clientSettings(
                            ClientSettings.builder().requireProofKey(true).build())
                    .build();
        } catch (IllegalArgumentException unusable) {
            throw new ProviderUnreachableException(
                    "the provider's metadata cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    private String issuer() {
        return Objects.requireNonNull(settings.issuer());
    }
}
