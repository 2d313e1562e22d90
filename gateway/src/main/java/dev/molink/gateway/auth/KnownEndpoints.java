package dev.molink.gateway.auth;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.server.RequestPath;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/** Knows which requests a handler would answer, before the dispatcher sees them. */
@Component
final class KnownEndpoints {

    private final RequestMappingHandlerMapping handlers;

    KnownEndpoints(RequestMappingHandlerMapping requestMappingHandlerMapping) {
        this.handlers = requestMappingHandlerMapping;
    }

    /** False for an unknown path and for a method that the path does not take. */
    boolean answers(HttpServletRequest request) {
        RequestPath before = ServletRequestPathUtils.hasParsedRequestPath(request)
                ? ServletRequestPathUtils.getParsedRequestPath(request)
                : null;
        ServletRequestPathUtils.parseAndCache(request);
        try {
            return handlers.getHandler(request) != null;
        } catch (Exception failure) {
            return !(failure instanceof ErrorResponse refusal
                    && refusal.getStatusCode().is4xxClientError());
        } finally {
            ServletRequestPathUtils.setParsedRequestPath(before, request);
        }
    }
}
