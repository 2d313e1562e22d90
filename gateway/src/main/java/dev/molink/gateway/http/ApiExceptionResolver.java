package dev.molink.gateway.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/** Turns whatever a handler throws, or Spring throws for want of a handler, into the four-key envelope. */
@Component
final class ApiExceptionResolver implements HandlerExceptionResolver, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(ApiExceptionResolver.class);

    private final ApiExchanges exchanges;

    ApiExceptionResolver(ApiExchanges exchanges) {
        this.exchanges = exchanges;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public @Nullable ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception failure) {
        if (ApiPaths.belongsToConsole(request.getRequestURI())) {
            return null;
        }
        ApiExchange exchange = exchanges.of(request, response);
        if (failure instanceof ClientGoneException || failure instanceof IOException) {
            LOG.debug("{}: the client left", exchange.requestId());
            exchange.connection().abort();
            return new ModelAndView();
        }
        try {
            exchange.fail(classify(request, response, exchange, failure));
        } catch (IOException clientGone) {
            LOG.debug("{}: the client left before its error could be sent", exchange.requestId());
        }
        return new ModelAndView();
    }

    private static ApiException classify(
            HttpServletRequest request, HttpServletResponse response, ApiExchange exchange, Exception failure) {
        return switch (failure) {
            case ApiException known -> known;
            case HttpRequestMethodNotSupportedException wrongMethod -> wrongMethod(request, response, wrongMethod);
            case ErrorResponse known -> Refusals.of(known.getStatusCode().value(), request);
            default -> ControlPlaneFailures.classify(failure).orElseGet(() -> unexpected(request, exchange, failure));
        };
    }

    private static ApiException unexpected(HttpServletRequest request, ApiExchange exchange, Exception failure) {
        LOG.error("{}: {} failed", exchange.requestId(), request.getRequestURI(), failure);
        return ApiException.of(
                ErrorCode.INTERNAL,
                "The server failed to answer. Please quote the id %s when you report this."
                        .formatted(exchange.requestId()));
    }

    private static ApiException wrongMethod(
            HttpServletRequest request, HttpServletResponse response, HttpRequestMethodNotSupportedException failure) {
        Set<HttpMethod> supported = failure.getSupportedHttpMethods();
        if (supported != null) {
            response.setHeader(
                    "Allow",
                    String.join(
                            ", ",
                            supported.stream().map(HttpMethod::name).sorted().toList()));
        }
        return Refusals.of(405, request);
    }
}
