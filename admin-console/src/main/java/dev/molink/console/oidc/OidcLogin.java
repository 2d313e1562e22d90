package dev.molink.console.oidc;

import dev.molink.console.access.Visitors;
import dev.molink.controlplane.members.ProviderLogins;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.oidc.authentication.OidcAuthorizationCodeAuthenticationProvider;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenValidator;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.userinfo.DefaultOAuth2UserService;
import org.springframework.security.oauth2.client.web.AuthorizationRequestRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestRedirectFilter;
import org.springframework.security.oauth2.client.web.OAuth2LoginAuthenticationFilter;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.security.web.authentication.session.SessionAuthenticationStrategy;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.savedrequest.RequestCache;

/**
 * The authorization code flow of OpenID Connect Core 1.0, section 3.1, with state, nonce and PKCE (RFC 7636), in two filters:
 * one leads to the provider, one takes the code that it comes back with. ID tokens are checked for signature, issuer,
 * audience, expiry and nonce. No token of the provider is kept.
 */
public final class OidcLogin {

    /** Where a login begins. */
    public static final String START = "/console/login/start/" + ProviderRegistration.ID;

    private static final String STARTS = "/console/login/start";
    private static final String BACK = "/console/login/code/*";
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

    private final ProviderRegistration registrations;
    private final ProviderHttp http;
    private final OidcAuthorizationCodeAuthenticationProvider provider;
    private final AuthorizationRequestRepository<OAuth2AuthorizationRequest> requests;

    public OidcLogin(OidcSettings settings, ProviderLogins logins, Visitors visitors, InstantSource clock) {
        this.http = new ProviderHttp();
        this.registrations = new ProviderRegistration(settings, http, clock);
        this.requests = new AuthorizationCookie(registrations);
        this.provider = provider(settings, logins, visitors);
    }

    /** Leads to the provider. */
    public OAuth2AuthorizationRequestRedirectFilter start(RequestCache pages, AuthenticationFailureHandler failures) {
        DefaultOAuth2AuthorizationRequestResolver resolver =
                new DefaultOAuth2AuthorizationRequestResolver(registrations, STARTS);
        resolver.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
        OAuth2AuthorizationRequestRedirectFilter filter = new OAuth2AuthorizationRequestRedirectFilter(resolver);
        filter.setAuthorizationRequestRepository(requests);
        filter.setRequestCache(pages);
        filter.setAuthenticationFailureHandler(failures);
        return filter;
    }

    /** Takes whom the provider sends back; {@code successes} gets a {@link ProvidedVisitor}. */
    public OAuth2LoginAuthenticationFilter finish(
            SessionAuthenticationStrategy sessions,
            AuthenticationSuccessHandler successes,
            AuthenticationFailureHandler failures) {
        OAuth2LoginAuthenticationFilter filter =
                new OAuth2LoginAuthenticationFilter(registrations, new NoTokensKept(), BACK);
        filter.setAuthorizationRequestRepository(requests);
        filter.setAuthenticationManager(new ProviderManager(provider));
        filter.setSecurityContextRepository(new RequestAttributeSecurityContextRepository());
        filter.setSessionAuthenticationStrategy(sessions);
        filter.setAuthenticationSuccessHandler(successes);
        filter.setAuthenticationFailureHandler(failures);
        return filter;
    }

    private OidcAuthorizationCodeAuthenticationProvider provider(
            OidcSettings settings, ProviderLogins logins, Visitors visitors) {
        RestClientAuthorizationCodeTokenResponseClient tokens = new RestClientAuthorizationCodeTokenResponseClient();
        tokens.setRestClient(http.tokens());
        DefaultOAuth2UserService userInfo = new DefaultOAuth2UserService();
        userInfo.setRestOperations(http.userInfo());
        OidcUserService users = new OidcUserService();
        users.setOauth2UserService(userInfo);
        OidcAuthorizationCodeAuthenticationProvider authentication = new OidcAuthorizationCodeAuthenticationProvider(
                tokens, new ProvidedVisitors(users, settings, logins, visitors));
        authentication.setJwtDecoderFactory(this::decoder);
        return authentication;
    }

    private JwtDecoder decoder(ClientRegistration registration) {
        OidcIdTokenValidator validator = new OidcIdTokenValidator(registration);
        validator.setClockSkew(CLOCK_SKEW);
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSetUri(
                        Objects.requireNonNull(registration.getProviderDetails().getJwkSetUri()))
                .restOperations(http.keys())
                .jwsAlgorithms(algorithms -> algorithms.addAll(List.of(SignatureAlgorithm.values())))
                .build();
        decoder.setJwtValidator(validator);
        return decoder;
    }
}
