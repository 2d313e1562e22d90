package dev.molink.gateway.administration;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.http.server.RequestPath;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * The handlers under the administration's paths and their rules. Denies by default: one without a rule fails the start, and
 * would be refused to everybody if it came later.
 */
@Component
final class AdminRoutes implements SmartInitializingSingleton {

    private final RequestMappingHandlerMapping handlers;

    AdminRoutes(RequestMappingHandlerMapping requestMappingHandlerMapping) {
        this.handlers = requestMappingHandlerMapping;
    }

    /** What would answer a request. */
    sealed interface Match {

        /** A handler with its rule; null when it has none. */
        record Handler(@Nullable AdminRoute route) implements Match {}

        /** Nothing: the path is unknown, or does not take the method. */
        record Nothing() implements Match {}
    }

    @Override
    public void afterSingletonsInstantiated() {
        requireRules(handlers.getHandlerMethods());
    }

    /** What would answer, before the dispatcher sees the request. */
    Match match(HttpServletRequest request) {
        RequestPath before = ServletRequestPathUtils.hasParsedRequestPath(request)
                ? ServletRequestPathUtils.getParsedRequestPath(request)
                : null;
        ServletRequestPathUtils.parseAndCache(request);
        try {
            return Optional.ofNullable(handlers.getHandler(request))
                    .map(AdminRoutes::handler)
                    .orElseGet(Match.Nothing::new);
        } catch (Exception failure) {
            return failure instanceof ErrorResponse refusal
                            && refusal.getStatusCode().is4xxClientError()
                    ? new Match.Nothing()
                    : new Match.Handler(null);
        } finally {
            ServletRequestPathUtils.setParsedRequestPath(before, request);
        }
    }

    static void requireRules(Map<RequestMappingInfo, HandlerMethod> mappings) {
        mappings.forEach((mapping, handler) -> {
            Set<String> patterns = mapping.getPatternValues();
            boolean ruled = handler.hasMethodAnnotation(AdminRoute.class);
            if (!ruled && patterns.stream().anyMatch(AdminPaths::contain)) {
                throw new IllegalStateException("%s answers %s, but has no @AdminRoute that says who may call it"
                        .formatted(name(handler.getMethod()), patterns));
            }
            if (ruled && !patterns.stream().allMatch(AdminPaths::contain)) {
                throw new IllegalStateException("%s has an @AdminRoute, but answers %s, where nobody checks it"
                        .formatted(name(handler.getMethod()), patterns));
            }
        });
    }

    private static Match handler(HandlerExecutionChain chain) {
        return new Match.Handler(
                chain.getHandler() instanceof HandlerMethod method
                        ? method.getMethodAnnotation(AdminRoute.class)
                        : null);
    }

    private static String name(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }
}
