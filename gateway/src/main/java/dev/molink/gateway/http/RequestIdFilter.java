package dev.molink.gateway.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Supplier;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Gives each request its id and its start time before anything can refuse it. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class RequestIdFilter extends OncePerRequestFilter {

    private static final String API_VERSION = "2020-10-01";

    private final Supplier<String> requestIds;

    RequestIdFilter(RequestIds requestIds) {
        this.requestIds = requestIds;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return ApiPaths.belongsToConsole(request.getRequestURI());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String id = requestIds.get();
        request.setAttribute(ApiExchange.REQUEST_ID, id);
        request.setAttribute(ApiExchange.STARTED_NANOS, System.nanoTime());
        response.setHeader("x-request-id", id);
        response.setHeader("openai-version", API_VERSION);
        chain.doFilter(request, response);
    }
}
