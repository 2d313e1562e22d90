package dev.molink.gateway.auth;

import dev.molink.controlplane.keys.KeyVerification;
import dev.molink.controlplane.keys.KeyVerifier;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ApiExchanges;
import dev.molink.gateway.http.ErrorCode;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets requests with a valid API key through, with the {@link ApiCaller} as attribute, and refuses all others that a handler
 * would answer. Paths and methods that no handler answers pass, to be told so.
 */
final class ApiKeyFilter extends OncePerRequestFilter {

    private static final String BEARER = "Bearer ";
    private static final int MAX_KEY_LENGTH = 512;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final KeyVerifier keys;
    private final ScopeCheck scopes;
    private final KnownEndpoints endpoints;
    private final ApiExchanges exchanges;

    ApiKeyFilter(KeyVerifier keys, ScopeCheck scopes, KnownEndpoints endpoints, ApiExchanges exchanges) {
        this.keys = keys;
        this.scopes = scopes;
        this.endpoints = endpoints;
        this.exchanges = exchanges;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        KeyVerification verification = verify(request);
        Optional<ApiException> refusal = verification instanceof KeyVerification.Valid valid
                ? scopes.refusal(request, valid.scope())
                : Optional.of(refusal(request, verification));
        if (refusal.isEmpty()) {
            admit(request, (KeyVerification.Valid) verification);
        } else if (endpoints.answers(request)) {
            refuse(request, response, refusal.get());
            return;
        }
        chain.doFilter(request, response);
    }

    private KeyVerification verify(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return new KeyVerification.Unknown();
        }
        String key = header.substring(BEARER.length()).strip();
        return key.isEmpty() || key.length() > MAX_KEY_LENGTH ? new KeyVerification.Unknown() : keys.verify(key);
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, ApiException refusal)
            throws IOException {
        if (refusal.code() == ErrorCode.INVALID_API_KEY) {
            response.setHeader("WWW-Authenticate", "Bearer");
        }
        exchanges.of(request, response).fail(refusal);
    }

    private static void admit(HttpServletRequest request, KeyVerification.Valid valid) {
        ApiCaller caller = new ApiCaller(
                valid.keyId(),
                valid.projectId(),
                valid.organizationId(),
                valid.sharesPrefixCache(),
                valid.billed(),
                valid.scope());
        request.setAttribute(ApiCaller.class.getName(), caller);
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(
                caller, null, AuthorityUtils.createAuthorityList("ROLE_API")));
        SecurityContextHolder.setContext(context);
    }

    /** An expired or revoked key gets the same answer as an unknown one: strangers learn nothing from it. */
    private static ApiException refusal(HttpServletRequest request, KeyVerification verification) {
        if (verification instanceof KeyVerification.Unavailable) {
            return ApiException.retryable(
                    ErrorCode.OVERLOADED, "API keys cannot be verified just now. Please try again.", RETRY);
        }
        return ApiException.of(
                ErrorCode.INVALID_API_KEY,
                request.getHeader("Authorization") == null
                        ? "You didn't provide an API key. Send it as 'Authorization: Bearer YOUR_KEY'."
                        : "Incorrect API key provided. Check the key, or ask for a new one.");
    }
}
