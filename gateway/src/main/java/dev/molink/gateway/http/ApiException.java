package dev.molink.gateway.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A refusal or failure with the sentence that the client reads. The sentence never holds a prompt or a key. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final @Nullable String param;
    private final @Nullable Duration retryAfter;
    private final boolean retryPointless;

    private ApiException(
            ErrorCode code,
            String message,
            @Nullable String param,
            @Nullable Duration retryAfter,
            boolean retryPointless) {
        super(message);
        this.code = code;
        this.param = param;
        this.retryAfter = retryAfter;
        this.retryPointless = retryPointless;
    }

    public static ApiException of(ErrorCode code, String message) {
        return new ApiException(code, message, null, null, false);
    }

    /** A failure of ours by its status that the same request would only meet again, such as a deadline of its own. */
    public static ApiException lasting(ErrorCode code, String message) {
        return new ApiException(code, message, null, null, true);
    }

    /** A refusal of one field. {@code param} is its path in the body, such as {@code messages[2].role}. */
    public static ApiException field(ErrorCode code, String param, String message) {
        return new ApiException(code, message, param, null, false);
    }

    /** A passing shortage: the same request may succeed after {@code retryAfter}. */
    public static ApiException retryable(ErrorCode code, String message, Duration retryAfter) {
        return new ApiException(code, message, null, retryAfter, false);
    }

    /**
     * A shortage that the client cannot wait out by itself, such as a budget that is used up.
     */
    public static ApiException exhausted(ErrorCode code, String message) {
        return new ApiException(code, message, null, null, true);
    }

    public ErrorCode code() {
        return code;
    }

    public @Nullable String param() {
        return param;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** Whether clients must be told not to try again by themselves, as SDKs do after statuses of this kind. */
    boolean retryPointless() {
        return retryPointless;
    }

    public ErrorBody body() {
        return new ErrorBody(new ErrorBody.Detail(message(), code.type(), param, code.code()));
    }

    public String message() {
        String message = getMessage();
        return message == null ? code.code() : message;
    }
}
