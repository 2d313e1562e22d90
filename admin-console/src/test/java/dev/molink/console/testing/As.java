package dev.molink.console.testing;

import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.authentication;

import dev.molink.console.access.Visitor;
import dev.molink.console.access.Visitors;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.AccountSummary;
import dev.molink.controlplane.accounts.Accounts;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.test.web.servlet.request.RequestPostProcessor;
import org.springframework.web.context.support.WebApplicationContextUtils;

/** Requests of somebody who is logged in. */
public final class As {

    private As() {}

    /** An operator of the installation with this role. */
    public static RequestPostProcessor role(Role role) {
        return login(TestConsole.login(role));
    }

    /** A member of {@link TestConsole#ORGANIZATION} with this role. */
    public static RequestPostProcessor member(Role role) {
        return login(TestConsole.member(role));
    }

    public static RequestPostProcessor login(String login) {
        return request -> {
            var context = WebApplicationContextUtils.getRequiredWebApplicationContext(request.getServletContext());
            AccountSummary account =
                    context.getBean(Accounts.class).findByLogin(login).orElseThrow();
            Visitor visitor = context.getBean(Visitors.class).of(account, null).orElseThrow();
            return authentication(
                            UsernamePasswordAuthenticationToken.authenticated(visitor, null, visitor.authorities()))
                    .postProcessRequest(request);
        };
    }
}
