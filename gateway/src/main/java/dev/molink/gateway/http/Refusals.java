package dev.molink.gateway.http;

import jakarta.servlet.http.HttpServletRequest;

/** Sentences for failures of which the framework tells only the status. */
final class Refusals {

    private Refusals() {}

    static ApiException of(int status, HttpServletRequest request) {
        return of(status, request.getMethod(), request.getRequestURI());
    }

    static ApiException of(int status, String method, String path) {
        ErrorCode code = ErrorCode.forStatus(status);
        return ApiException.of(
                code,
                switch (code) {
                    case UNKNOWN_URL ->
                        "Unknown URL (%s %s). Please check it for typos.".formatted(method, printable(path));
                    case METHOD_NOT_ALLOWED ->
                        "%s does not take %s; the Allow header lists what it takes."
                                .formatted(printable(path), printable(method));
                    case BODY_TOO_LARGE -> "The request is too large.";
                    case UNSUPPORTED_MEDIA_TYPE -> "The body must be sent as application/json.";
                    case INTERNAL -> "The server failed to answer.";
                    case OVERLOADED -> "The server is overloaded or not ready yet. Please try again later.";
                    default -> "The request was refused with HTTP status %d.".formatted(status);
                });
    }

    private static String printable(String text) {
        String shown = text.length() > 200 ? text.substring(0, 200) + "…" : text;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
