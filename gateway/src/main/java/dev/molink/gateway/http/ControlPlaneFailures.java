package dev.molink.gateway.http;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.storage.DatabaseOutage;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** What the control plane throws, as clients read it. */
final class ControlPlaneFailures {

    private static final Duration RETRY = Duration.ofSeconds(5);

    private ControlPlaneFailures() {}

    /** Empty for what is neither a refusal nor the database's absence. */
    static Optional<ApiException> classify(Exception failure) {
        return switch (failure) {
            case RefusedException refused -> Optional.of(refusal(refused));
            case RuntimeException outage
            when DatabaseOutage.isOne(outage) ->
                Optional.of(ApiException.retryable(
                        ErrorCode.DATABASE_UNAVAILABLE,
                        "The database does not answer just now. Please try again.",
                        RETRY));
            default -> Optional.empty();
        };
    }

    private static ApiException refusal(RefusedException refused) {
        ErrorCode code = switch (refused.reason()) {
            case INVALID_VALUE -> ErrorCode.INVALID_VALUE;
            case NAME_TAKEN -> ErrorCode.CONFLICT;
            case NOT_FOUND -> ErrorCode.NOT_FOUND;
        };
        String message = sentence(Objects.requireNonNullElse(refused.getMessage(), code.code()));
        return refused.field() == null
                ? ApiException.of(code, message)
                : ApiException.field(code, refused.field(), message);
    }

    private static String sentence(String message) {
        String start = message.isEmpty() ? "" : Character.toUpperCase(message.charAt(0)) + message.substring(1);
        return start.endsWith(".") ? start : start + ".";
    }
}
