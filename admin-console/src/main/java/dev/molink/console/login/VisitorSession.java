package dev.molink.console.login;

import dev.molink.console.access.Visitor;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;

/** Who the session belongs to, in its one form whichever way somebody logged in. */
final class VisitorSession {

    private final SecurityContextRepository contexts;

    VisitorSession() {
        this(new HttpSessionSecurityContextRepository());
    }

    VisitorSession(SecurityContextRepository contexts) {
        this.contexts = contexts;
    }

    static Authentication authentication(Visitor visitor) {
        return UsernamePasswordAuthenticationToken.authenticated(visitor, null, visitor.authorities());
    }

    /** From now on, in this request and the session, the visitor is this one. */
    void become(Visitor visitor, HttpServletRequest request, HttpServletResponse response) {
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(authentication(visitor));
        SecurityContextHolder.setContext(context);
        contexts.saveContext(context, request, response);
    }

    /** Ends the session; the request goes on as that of a stranger. */
    void end(HttpServletRequest request) {
        SecurityContextHolder.clearContext();
        var session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
    }
}
