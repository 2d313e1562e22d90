package dev.molink.console.testing;

import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.authentication;

import dev.molink.console.access.Visitor;
import dev.molink.controlplane.access.Role;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.test.web.servlet.request.RequestPostProcessor;

/** Requests of somebody who is logged in. */
public final class As {

    private As() {}

    public static RequestPostProcessor role(Role role) {
        Visitor visitor = new Visitor("acct_test", TestConsole.login(role), role);
        return authentication(UsernamePasswordAuthenticationToken.authenticated(visitor, null, visitor.authorities()));
    }
}
