package dev.molink.gateway.administration;

import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.Organizations;
import dev.molink.controlplane.audit.AuditTrail;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ApiExchanges;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.JsonBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Gives handlers their {@link AdminExchange}, and none to a caller whom the filter did not let in. */
@Component
final class AdminExchangeResolver implements HandlerMethodArgumentResolver, WebMvcConfigurer {

    private final ApiExchanges exchanges;
    private final JsonBodies bodies;
    private final Organizations organizations;
    private final AuditTrail trail;
    private final Transactions transactions;

    AdminExchangeResolver(
            ApiExchanges exchanges,
            JsonBodies bodies,
            Organizations organizations,
            AuditTrail trail,
            Transactions transactions) {
        this.exchanges = exchanges;
        this.bodies = bodies;
        this.organizations = organizations;
        this.trail = trail;
        this.transactions = transactions;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == AdminExchange.class;
    }

    @Override
    public AdminExchange resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest web,
            @Nullable WebDataBinderFactory binders) {
        HttpServletRequest request = Objects.requireNonNull(web.getNativeRequest(HttpServletRequest.class));
        HttpServletResponse response = Objects.requireNonNull(web.getNativeResponse(HttpServletResponse.class));
        if (container != null) {
            container.setRequestHandled(true);
        }
        if (request.getAttribute(AdminCaller.class.getName()) instanceof AdminCaller caller) {
            AdminExchange exchange = new AdminExchange(
                    exchanges.of(request, response), caller, bodies, organizations, trail, transactions);
            exchange.checkOrganizationHeader();
            return exchange;
        }
        throw ApiException.of(ErrorCode.INVALID_API_KEY, "You didn't provide an admin API key.");
    }
}
