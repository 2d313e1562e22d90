package dev.molink.console.login;

import dev.molink.console.access.Visitor;
import dev.molink.console.access.Visitors;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Looks at each request whether the visitor is still who the session says, so that a new role holds at once, and the sessions
 * of somebody who is kept out, or has a new password, end on every replica.
 */
final class VisitorFilter extends OncePerRequestFilter {

    private static final String ASSETS = "/console/assets/";

    private final Visitors visitors;
    private final VisitorSession session;

    VisitorFilter(Visitors visitors, VisitorSession session) {
        this.visitors = visitors;
        this.session = session;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getRequestURI().startsWith(ASSETS);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Visitor visitor = Visitor.current();
        if (visitor != null) {
            refresh(visitor, request, response);
        }
        chain.doFilter(request, response);
    }

    private void refresh(Visitor visitor, HttpServletRequest request, HttpServletResponse response) {
        Optional<Visitor> now = visitors.refreshed(visitor);
        if (now.isEmpty()) {
            session.end(request);
        } else if (!now.get().equals(visitor)) {
            session.become(now.get(), request, response);
        }
    }
}
