package dev.molink.gateway.auth;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ApiExchanges;
import dev.molink.gateway.http.ErrorCode;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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

    private final ApiKeys keys;
    private final KnownEndpoints endpoints;
    private final ApiExchanges exchanges;

    ApiKeyFilter(ApiKeys keys, KnownEndpoints endpoints, ApiExchanges exchanges) {
        this.keys = keys;
        this.endpoints = endpoints;
        this.exchanges = exchanges;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<ApiCaller> caller = caller(request);
        if (caller.isEmpty() && endpoints.answers(request)) {
            response.setHeader("WWW-Authenticate", "Bearer");
            exchanges.of(request, response).fail(refusal(request));
            return;
        }
        caller.ifPresent(known -> admit(request, known));
        chain.doFilter(request, response);
    }

    private Optional<ApiCaller> caller(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.empty();
        }
        String key = header.substring(BEARER.length()).strip();
        return key.isEmpty() || key.length() > MAX_KEY_LENGTH ? Optional.empty() : keys.verify(key);
    }

    private static void admit(HttpServletRequest request, ApiCaller caller) {
        request.setAttribute(ApiCaller.class.getName(), caller);
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(
                caller, null, AuthorityUtils.createAuthorityList("ROLE_API")));
        SecurityContextHolder.setContext(context);
    }

    private static ApiException refusal(HttpServletRequest request) {
        return ApiException.of(
                ErrorCode.INVALID_API_KEY,
                request.getHeader("Authorization") == null
                        ? "You didn't provide an API key. Send it as 'Authorization: Bearer YOUR_KEY'."
                        : "Incorrect API key provided. Check the key, or ask for a new one.");
    }
}
