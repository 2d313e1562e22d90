package dev.molink.console.system;

import dev.molink.console.access.Visitor;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorViewResolver;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.resource.ResourceUrlProvider;

/** The pages for what failed under {@code /console}; errors elsewhere are not the console's. */
final class ErrorPages implements ErrorViewResolver, Ordered {

    private final ResourceUrlProvider resources;

    ErrorPages(ResourceUrlProvider resources) {
        this.resources = resources;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public @Nullable ModelAndView resolveErrorView(
            HttpServletRequest request, HttpStatus status, Map<String, Object> details) {
        if (!(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String path)
                || !ConsolePaths.contain(path)) {
            return null;
        }
        Map<String, Object> model = Map.of(
                "frame", Frame.around(Visitor.current(), AssetLinks.from(resources)), "error", ErrorPage.of(status));
        return new ModelAndView("system/error", model, status);
    }

    /** Message keys of one kind of failure. */
    record ErrorPage(int status, String title, String hint) {

        static ErrorPage of(HttpStatus status) {
            String kind = switch (status) {
                case FORBIDDEN -> "error.403";
                case NOT_FOUND -> "error.404";
                case SERVICE_UNAVAILABLE -> "error.503";
                default -> "error.other";
            };
            return new ErrorPage(status.value(), kind + ".title", kind + ".hint");
        }
    }
}
