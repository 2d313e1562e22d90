package dev.molink.console.login;

import dev.molink.console.access.Visitor;
import dev.molink.console.oidc.ProvidedVisitor;
import dev.molink.console.oidc.ProviderRefusedException;
import dev.molink.console.oidc.ProviderUnreachableException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.security.web.authentication.SavedRequestAwareAuthenticationSuccessHandler;
import org.springframework.security.web.savedrequest.RequestCache;

/** What follows a login through the identity provider: the page that was asked for, or the login page that says why not. */
final class ProviderOutcomes implements AuthenticationSuccessHandler, AuthenticationFailureHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ProviderOutcomes.class);
    private static final String WAY = "identity_provider";

    private final VisitorSession session;
    private final LoginRecord record;
    private final SavedRequestAwareAuthenticationSuccessHandler pages;

    ProviderOutcomes(VisitorSession session, LoginRecord record, RequestCache cache) {
        this.session = session;
        this.record = record;
        this.pages = new SavedRequestAwareAuthenticationSuccessHandler();
        pages.setDefaultTargetUrl("/console/overview");
        pages.setRequestCache(cache);
    }

    @Override
    public void onAuthenticationSuccess(
            HttpServletRequest request, HttpServletResponse response, Authentication authentication)
            throws IOException, ServletException {
        if (!(authentication.getPrincipal() instanceof ProvidedVisitor provided)) {
            throw new IllegalStateException("the provider's login has no visitor: " + authentication.getClass());
        }
        Visitor visitor = provided.visitor();
        session.become(visitor, request, response);
        record.succeeded(visitor, WAY, request.getRemoteAddr());
        LOG.info("{} logged in through the identity provider from {}", visitor.accountId(), request.getRemoteAddr());
        pages.onAuthenticationSuccess(request, response, VisitorSession.authentication(visitor));
    }

    @Override
    public void onAuthenticationFailure(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        LoginOutcome outcome = outcome(failure);
        // only what the provider has vouched for: strangers could fill the audit log with the rest
        if (failure instanceof ProviderRefusedException refused) {
            record.failed(null, WAY, refused.reason().name(), request.getRemoteAddr());
        }
        LOG.warn("a login through the identity provider failed: {}", failure.getMessage());
        response.sendRedirect(outcome.page());
    }

    private static LoginOutcome outcome(AuthenticationException failure) {
        if (failure instanceof ProviderRefusedException refused) {
            return switch (refused.reason()) {
                case DEACTIVATED -> LoginOutcome.PROVIDER_DEACTIVATED;
                case EMAIL_UNVERIFIED -> LoginOutcome.PROVIDER_EMAIL_UNVERIFIED;
                case NO_ACCOUNT -> LoginOutcome.PROVIDER_NO_ACCOUNT;
                case NO_ROLE -> LoginOutcome.PROVIDER_NO_ROLE;
                case SOMEBODY_ELSE -> LoginOutcome.PROVIDER_SOMEBODY_ELSE;
            };
        }
        boolean unreachable = failure instanceof ProviderUnreachableException
                || failure.getCause() instanceof ProviderUnreachableException;
        return unreachable ? LoginOutcome.PROVIDER_UNREACHABLE : LoginOutcome.PROVIDER_FAILED;
    }
}
