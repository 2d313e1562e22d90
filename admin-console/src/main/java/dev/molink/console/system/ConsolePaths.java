package dev.molink.console.system;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;

/** Which requests are the console's. */
public final class ConsolePaths {

    private static final String ROOT = "/console";

    private ConsolePaths() {}

    /** Also true for the container's second pass that makes the error page of a console path. */
    public static boolean contain(HttpServletRequest request) {
        Object path = request.getDispatcherType() == DispatcherType.ERROR
                ? request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI)
                : request.getRequestURI();
        return path instanceof String text && contain(text);
    }

    static boolean contain(String path) {
        return path.equals(ROOT) || path.startsWith(ROOT + "/");
    }
}
