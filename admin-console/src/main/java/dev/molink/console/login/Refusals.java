package dev.molink.console.login;

import dev.molink.console.access.Area;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import org.springframework.http.server.PathContainer;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.web.util.pattern.PathPatternParser;

/** What a visitor gets instead of a page that is not for them. */
final class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler, AuthenticationFailureHandler {

    /** Nobody is logged in: pages lead to the login, live updates make the browser go there. */
    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException cause)
            throws IOException {
        if (isLiveUpdate(request)) {
            response.setHeader("HX-Redirect", LoginController.PATH);
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
            return;
        }
        response.sendRedirect(LoginController.PATH);
    }

    @Override
    public void onAuthenticationFailure(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException cause)
            throws IOException {
        LoginOutcome outcome = switch (cause) {
            case TooManyAttemptsException _ -> LoginOutcome.THROTTLED;
            case BusyException _ -> LoginOutcome.BUSY;
            case NoRoleException _ -> LoginOutcome.NO_ROLE;
            default -> LoginOutcome.FAILED;
        };
        response.sendRedirect(outcome.page());
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException denied)
            throws IOException {
        if (denied instanceof CsrfException && request.getRequestURI().equals(LoginController.PATH)) {
            response.sendRedirect(LoginOutcome.EXPIRED.page());
            return;
        }
        // What no area covers is for nobody: there is no such page.
        boolean exists = denied instanceof CsrfException || isInAnArea(request.getRequestURI());
        response.sendError(exists ? HttpServletResponse.SC_FORBIDDEN : HttpServletResponse.SC_NOT_FOUND);
    }

    static boolean isLiveUpdate(HttpServletRequest request) {
        return request.getHeader("HX-Request") != null;
    }

    private static boolean isInAnArea(String path) {
        return Arrays.stream(Area.values())
                .anyMatch(area ->
                        PathPatternParser.defaultInstance.parse(area.pattern()).matches(PathContainer.parsePath(path)));
    }
}
