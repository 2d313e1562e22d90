package dev.molink.gateway.quota;

import dev.molink.gateway.auth.ApiCaller;
import dev.molink.gateway.http.ApiExchanges;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells every caller with a key how its limits stand, whatever comes of the request. What the admission tells later, the
 * model's own limits included, takes the place of it. Runs behind the security filters, which find out who calls.
 */
@Component
@Order
final class RateLimitFilter extends OncePerRequestFilter {

    private final QuotaGate quota;
    private final ApiExchanges exchanges;

    RateLimitFilter(QuotaGate quota, ApiExchanges exchanges) {
        this.quota = quota;
        this.exchanges = exchanges;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getAttribute(ApiCaller.class.getName()) instanceof ApiCaller caller) {
            quota.tell(exchanges.of(request, response), caller);
        }
        chain.doFilter(request, response);
    }
}
