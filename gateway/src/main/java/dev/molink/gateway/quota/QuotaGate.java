package dev.molink.gateway.quota;

import dev.molink.controlplane.admission.Admission;
import dev.molink.controlplane.admission.Admission.Admitted;
import dev.molink.controlplane.admission.Admission.Refused;
import dev.molink.controlplane.admission.AdmissionRequest;
import dev.molink.controlplane.admission.Admissions;
import dev.molink.controlplane.admission.Lease;
import dev.molink.controlplane.pricing.PriceRule;
import dev.molink.gateway.auth.ApiCaller;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ApiExchange;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.proto.node.v1.GenerateRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Lets requests through for which every limit and budget of their tenant has room, each with its lease. */
@Component
public final class QuotaGate {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Admissions admissions;

    QuotaGate(Admissions admissions) {
        this.admissions = admissions;
    }

    /**
     * One lease per request, in their order, and the headers that tell how the limits stand; the caller ends every lease.
     *
     * @param price null: the caller's project is not billed
     * @throws ApiException when a limit or budget has no room for one of them; then no lease is held
     */
    public List<Lease> admit(
            ApiExchange exchange,
            ApiCaller caller,
            String model,
            @Nullable PriceRule price,
            List<GenerateRequest> requests) {
        List<Lease> leases = new ArrayList<>(requests.size());
        boolean complete = false;
        try {
            for (GenerateRequest request : requests) {
                leases.add(admit(exchange, admission(caller, model, price, request)));
            }
            complete = true;
            return leases;
        } finally {
            if (!complete) {
                leases.forEach(Lease::end);
            }
        }
    }

    /** How the caller's limits stand before anything of this request is known: also on an answer that refuses it. */
    void tell(ApiExchange exchange, ApiCaller caller) {
        RateLimitHeaders.tell(
                exchange, admissions.limits(caller.organizationId(), caller.projectId(), caller.apiKeyId()));
    }

    private static AdmissionRequest admission(
            ApiCaller caller, String model, @Nullable PriceRule price, GenerateRequest request) {
        return new AdmissionRequest(
                request.getRequestId(),
                caller.apiKeyId(),
                caller.projectId(),
                caller.organizationId(),
                model,
                price,
                request.getPromptTokenIdsCount(),
                (long) request.getMaxTokens() * request.getChoices());
    }

    private Lease admit(ApiExchange exchange, AdmissionRequest request) {
        Admission admission = admission(request);
        RateLimitHeaders.tell(exchange, admission.limits());
        return switch (admission) {
            case Admitted admitted -> admitted.lease();
            case Refused refused -> throw refusal(refused);
        };
    }

    private Admission admission(AdmissionRequest request) {
        try {
            return admissions.admit(request);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw ApiException.retryable(ErrorCode.OVERLOADED, "The server is stopping.", RETRY);
        }
    }

    private static ApiException refusal(Refused refused) {
        Duration retryAfter = refused.retryAfter();
        return switch (refused.reason()) {
            case BUDGET, WALLET -> refusal(ErrorCode.INSUFFICIENT_QUOTA, refused.sentence(), retryAfter);
            case UNAVAILABLE ->
                ApiException.retryable(
                        ErrorCode.DATABASE_UNAVAILABLE, refused.sentence(), retryAfter == null ? RETRY : retryAfter);
            case REQUESTS_PER_MINUTE, TOKENS_PER_MINUTE, REQUESTS_PER_DAY, TOKENS_PER_DAY, CONCURRENT_REQUESTS ->
                refusal(ErrorCode.RATE_LIMIT_EXCEEDED, refused.sentence(), retryAfter);
        };
    }

    /** @param retryAfter null: not by waiting */
    private static ApiException refusal(ErrorCode code, String sentence, @Nullable Duration retryAfter) {
        return retryAfter == null
                ? ApiException.exhausted(code, sentence)
                : ApiException.retryable(code, sentence, retryAfter);
    }
}
