package dev.molink.gateway.administration;

import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.adminkeys.AdminKeyVerification;
import dev.molink.controlplane.adminkeys.AdminKeyVerifier;
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
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets requests through whose admin key's role is allowed what the handler does, with the {@link AdminCaller} as attribute,
 * and refuses all others. Paths and methods that no handler answers pass, to be told so.
 */
final class AdminKeyFilter extends OncePerRequestFilter {

    static final Duration RETRY = Duration.ofSeconds(5);

    private static final String BEARER = "Bearer ";
    private static final int MAX_KEY_LENGTH = 512;

    private final AdminKeyVerifier adminKeys;
    private final KeyVerifier apiKeys;
    private final AdminRoutes routes;
    private final ApiExchanges exchanges;

    AdminKeyFilter(AdminKeyVerifier adminKeys, KeyVerifier apiKeys, AdminRoutes routes, ApiExchanges exchanges) {
        this.adminKeys = adminKeys;
        this.apiKeys = apiKeys;
        this.routes = routes;
        this.exchanges = exchanges;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (routes.match(request) instanceof AdminRoutes.Match.Handler handler) {
            try {
                AdminCaller caller = authenticated(request);
                requireAllowed(caller, handler.route());
                admit(request, caller);
            } catch (ApiException refusal) {
                if (refusal.code() == ErrorCode.INVALID_API_KEY) {
                    response.setHeader("WWW-Authenticate", "Bearer");
                }
                exchanges.of(request, response).fail(refusal);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private AdminCaller authenticated(HttpServletRequest request) {
        String key = key(request.getHeader("Authorization"));
        return switch (adminKeys.verify(key)) {
            case AdminKeyVerification.Valid valid -> valid.caller();
            case AdminKeyVerification.Unavailable _ ->
                throw ApiException.retryable(
                        ErrorCode.DATABASE_UNAVAILABLE,
                        "The database does not answer, so nothing can be administrated just now. Please try again.",
                        RETRY);
            case AdminKeyVerification.Unknown _, AdminKeyVerification.Expired _, AdminKeyVerification.Revoked _ ->
                throw unknown(request, key);
        };
    }

    /** An expired or revoked key gets the same answer as an unknown one: strangers learn nothing from it. */
    private ApiException unknown(HttpServletRequest request, String key) {
        if (apiKeys.verify(key) instanceof KeyVerification.Valid) {
            return ApiException.of(
                    ErrorCode.FORBIDDEN,
                    "This is an API key of a project; administration takes an admin API key, such as sk-admin-….");
        }
        return ApiException.of(
                ErrorCode.INVALID_API_KEY,
                request.getHeader("Authorization") == null
                        ? "You didn't provide an admin API key. Send it as 'Authorization: Bearer YOUR_ADMIN_KEY'."
                        : "Incorrect admin API key provided. Check the key, or ask for a new one.");
    }

    private static void requireAllowed(AdminCaller caller, @Nullable AdminRoute route) {
        if (route == null) {
            throw ApiException.of(ErrorCode.FORBIDDEN, "This path has no rule that says who may call it.");
        }
        if (!caller.may(route.area(), route.access())) {
            throw ApiException.of(
                    ErrorCode.FORBIDDEN,
                    "The role %s of this admin API key may not %s %s."
                            .formatted(word(caller.role()), word(route.access()), word(route.area())));
        }
        if (route.operatorOnly() && caller.organizationId() != null) {
            throw ApiException.of(
                    ErrorCode.FORBIDDEN,
                    "Only the installation's operator may do this; this admin API key belongs to one organization.");
        }
    }

    private static void admit(HttpServletRequest request, AdminCaller caller) {
        request.setAttribute(AdminCaller.class.getName(), caller);
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(
                caller, null, AuthorityUtils.createAuthorityList("ROLE_ADMINISTRATION")));
        SecurityContextHolder.setContext(context);
    }

    /** The presented key; an empty text when there is none, which is verified all the same. */
    private static String key(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return "";
        }
        String key = header.substring(BEARER.length()).strip();
        return key.length() > MAX_KEY_LENGTH ? "" : key;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
