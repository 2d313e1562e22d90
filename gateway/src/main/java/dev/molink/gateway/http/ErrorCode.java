package dev.molink.gateway.http;

/**
 * Every failure that a client of the HTTP API can see: the HTTP status, the {@code type} and the {@code code} of OpenAI's
 * error object. This is the only table from failure to status.
 */
public enum ErrorCode {
    INVALID_JSON(400, "invalid_json"),
    INVALID_TYPE(400, "invalid_type"),
    INVALID_VALUE(400, "invalid_value"),
    MISSING_PARAMETER(400, "missing_required_parameter"),
    BELOW_MINIMUM(400, "below_min_value"),
    ABOVE_MAXIMUM(400, "above_max_value"),
    EMPTY_ARRAY(400, "empty_array"),
    ARRAY_TOO_LONG(400, "array_above_max_length"),
    UNSUPPORTED_PARAMETER(400, "unsupported_parameter"),
    CONTEXT_LENGTH_EXCEEDED(400, "context_length_exceeded"),
    INVALID_JSON_SCHEMA(400, "invalid_json_schema"),
    INVALID_TEMPLATE(400, "invalid_chat_template"),
    BAD_REQUEST(400, "bad_request"),
    INVALID_API_KEY(401, "invalid_api_key"),
    FORBIDDEN(403, "forbidden"),
    MODEL_NOT_PRICED(403, "model_not_priced"),
    MODEL_NOT_FOUND(404, "model_not_found"),
    NOT_FOUND(404, "not_found"),
    UNKNOWN_URL(404, "unknown_url"),
    METHOD_NOT_ALLOWED(405, "method_not_allowed"),
    NOT_ACCEPTABLE(406, "not_acceptable"),
    CONFLICT(409, "conflict"),
    BODY_TOO_LARGE(413, "request_too_large"),
    UNSUPPORTED_MEDIA_TYPE(415, "unsupported_media_type"),
    RATE_LIMIT_EXCEEDED(429, "rate_limit_exceeded"),
    INSUFFICIENT_QUOTA(429, "insufficient_quota"),
    INTERNAL(500, "server_error"),
    BAD_LOGITS(500, "bad_logits"),
    PIPELINE_LOST(503, "pipeline_lost"),
    DATABASE_UNAVAILABLE(503, "database_unavailable"),
    OVERLOADED(503, "server_is_overloaded"),
    QUEUE_TIMEOUT(504, "queue_timeout"),
    TIMEOUT(504, "timeout"),
    STALLED(504, "stall_timeout");

    private static final int TOO_MANY_REQUESTS = 429;

    private final int status;
    private final String code;

    ErrorCode(int status, String code) {
        this.status = status;
        this.code = code;
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    /** OpenAI's coarse classes: the caller's fault or ours; a limit that is reached is a class of its own. */
    public String type() {
        if (status == TOO_MANY_REQUESTS) {
            return code;
        }
        return status < 500 ? "invalid_request_error" : "server_error";
    }

    /** The code for a failure of which only the HTTP status is known, such as one that Tomcat raised. */
    public static ErrorCode forStatus(int status) {
        return switch (status) {
            case 401 -> INVALID_API_KEY;
            case 403 -> FORBIDDEN;
            case 404 -> UNKNOWN_URL;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 413 -> BODY_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case TOO_MANY_REQUESTS -> RATE_LIMIT_EXCEEDED;
            case 503 -> OVERLOADED;
            case 504 -> STALLED;
            default -> status < 500 ? BAD_REQUEST : INTERNAL;
        };
    }
}
