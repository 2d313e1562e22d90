package dev.molink.gateway.management;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.storage.DatabaseOutage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/** Answers of endpoints that change something: the result, or a status and the refusal's sentence. */
final class ManagementAnswers {

    private ManagementAnswers() {}

    static WebEndpointResponse<?> answer(Supplier<Object> work) {
        try {
            return new WebEndpointResponse<>(work.get());
        } catch (RefusedException refused) {
            return new WebEndpointResponse<>(new Refusal(refused.getMessage()), status(refused.reason()));
        } catch (RuntimeException failure) {
            if (DatabaseOutage.isOne(failure)) {
                return new WebEndpointResponse<>(new Refusal("the database does not answer just now; try again"), 503);
            }
            throw failure;
        }
    }

    private static int status(RefusedException.Reason reason) {
        return switch (reason) {
            case INVALID_VALUE -> 400;
            case NOT_FOUND -> 404;
            case NAME_TAKEN -> 409;
        };
    }

    record Refusal(@Nullable String error) {}
}
