package dev.molink.console.oidc;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseCookie;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.AuthorizationRequestRepository;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.endpoint.PkceParameterNames;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;

/**
 * Keeps what a login is compared with while the person is at the provider: state, nonce, PKCE verifier and the address to come
 * back to, in a cookie of the browser that began it. So strangers cannot fill the memory with sessions, and any replica can
 * finish the login. The rest of the request follows from the registration.
 */
final class AuthorizationCookie implements AuthorizationRequestRepository<OAuth2AuthorizationRequest> {

    static final String NAME = "MOLINK_CONSOLE_OIDC";

    private static final String PATH = "/console/login";
    private static final Duration VALIDITY = Duration.ofMinutes(10);
    private static final String SEPARATOR = ".";
    private static final int PARTS = 4;

    private final ClientRegistrationRepository registrations;

    AuthorizationCookie(ClientRegistrationRepository registrations) {
        this.registrations = registrations;
    }

    @Override
    public @Nullable OAuth2AuthorizationRequest loadAuthorizationRequest(HttpServletRequest request) {
        String state = request.getParameter(OAuth2ParameterNames.STATE);
        return cookie(request)
                .map(AuthorizationCookie::decoded)
                .filter(parts -> parts.size() == PARTS && parts.getFirst().equals(state))
                .map(this::authorizationRequest)
                .orElse(null);
    }

    @Override
    public void saveAuthorizationRequest(
            @Nullable OAuth2AuthorizationRequest authorization,
            HttpServletRequest request,
            HttpServletResponse response) {
        String value = authorization == null ? "" : encoded(authorization);
        response.addHeader(
                "Set-Cookie",
                ResponseCookie.from(NAME, value)
                        .path(PATH)
                        .httpOnly(true)
                        .secure(request.isSecure())
                        .sameSite("Lax")
                        .maxAge(value.isEmpty() ? Duration.ZERO : VALIDITY)
                        .build()
                        .toString());
    }

    @Override
    public @Nullable OAuth2AuthorizationRequest removeAuthorizationRequest(
            HttpServletRequest request, HttpServletResponse response) {
        OAuth2AuthorizationRequest authorization = loadAuthorizationRequest(request);
        saveAuthorizationRequest(null, request, response);
        return authorization;
    }

    private @Nullable OAuth2AuthorizationRequest authorizationRequest(List<String> parts) {
        ClientRegistration registration = registrations.findByRegistrationId(ProviderRegistration.ID);
        if (registration == null) {
            return null;
        }
        return OAuth2AuthorizationRequest.authorizationCode()
                .authorizationUri(
                        Objects.requireNonNull(registration.getProviderDetails().getAuthorizationUri()))
                .clientId(registration.getClientId())
                .scopes(registration.getScopes())
                .state(parts.get(0))
                .redirectUri(parts.get(3))
                .attributes(Map.of(
                        OAuth2ParameterNames.REGISTRATION_ID,
                        ProviderRegistration.ID,
                        OidcParameterNames.NONCE,
                        parts.get(1),
                        PkceParameterNames.CODE_VERIFIER,
                        parts.get(2)))
                .build();
    }

    private static Optional<String> cookie(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        return cookies == null
                ? Optional.empty()
                : Arrays.stream(cookies)
                        .filter(cookie -> cookie.getName().equals(NAME))
                        .map(Cookie::getValue)
                        .findFirst();
    }

    private static String encoded(OAuth2AuthorizationRequest authorization) {
        return String.join(
                SEPARATOR,
                text(authorization.getState()),
                text(authorization.getAttribute(OidcParameterNames.NONCE)),
                text(authorization.getAttribute(PkceParameterNames.CODE_VERIFIER)),
                text(authorization.getRedirectUri()));
    }

    private static String text(@Nullable String part) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.valueOf(part).getBytes(StandardCharsets.UTF_8));
    }

    /** Empty for anything that {@link #encoded} did not make. */
    private static List<String> decoded(String value) {
        try {
            return Arrays.stream(value.split("\\" + SEPARATOR, -1))
                    .map(part -> new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8))
                    .toList();
        } catch (IllegalArgumentException garbled) {
            return List.of();
        }
    }
}
