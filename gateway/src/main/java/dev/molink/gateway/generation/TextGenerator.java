package dev.molink.gateway.generation;

import com.google.protobuf.ByteString;
import dev.molink.controlplane.admission.Lease;
import dev.molink.controlplane.pricing.PriceRule;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ApiExchange;
import dev.molink.gateway.nodes.GenerationInbox;
import dev.molink.gateway.nodes.HeadRequest;
import dev.molink.gateway.nodes.Heads;
import dev.molink.gateway.pricing.AdmissionPrices;
import dev.molink.gateway.quota.QuotaGate;
import dev.molink.gateway.usage.Accounting;
import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.node.v1.SamplingParameters;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Checks requests against the model, fills in the model's defaults and starts the generations. */
@Component
public final class TextGenerator {

    private final Heads heads;
    private final Accounting.Codec accounting;
    private final AdmissionPrices prices;
    private final QuotaGate quota;
    private final AnswerSettings settings;
    private final Clock clock;

    TextGenerator(
            Heads heads,
            Accounting.Codec accounting,
            AdmissionPrices prices,
            QuotaGate quota,
            AnswerSettings settings,
            Clock clock) {
        this.heads = heads;
        this.accounting = accounting;
        this.prices = prices;
        this.quota = quota;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Starts one generation per prompt; the caller closes what it gets.
     *
     * @param exchange whose answer tells how the limits stand
     * @throws ApiException when the request does not fit the model, a limit is reached, or no pipeline takes it
     */
    public TextGeneration start(ApiExchange exchange, GenerationCall call) {
        PriceRule price = prices.of(call.caller(), call.model().name());
        List<GenerateRequest> requests = requests(call, price);
        List<Lease> leases = quota.admit(exchange, call.caller(), call.model().name(), price, requests);
        GenerationInbox inbox = new GenerationInbox();
        List<HeadRequest> submitted = submit(call.model().name(), requests, leases, inbox);
        return new TextGeneration(heads, inbox, submitted, leases, call);
    }

    private List<GenerateRequest> requests(GenerationCall call, @Nullable PriceRule price) {
        GenerationOptions options = call.options();
        ModelIdentity model = call.model().identity();
        options.sampling().requireIdsBelow(model.getVocabularySize());
        SamplingParameters sampling = sampling(model, options);
        ByteString accounted = accounting.encode(Accounting.of(
                call.caller(),
                call.endpoint(),
                options.stream(),
                options.endUser(),
                options.servedTier(),
                price == null ? null : price.ruleId(),
                clock.instant()));
        ByteString salt = CacheSalt.of(call.caller(), options.cacheSalt());
        List<GenerateRequest> requests = new ArrayList<>();
        for (Prompt prompt : call.prompts()) {
            GenerateRequest.Builder request = GenerateRequest.newBuilder()
                    .setRequestId(requests.isEmpty() ? call.requestId() : call.requestId() + "-" + requests.size())
                    .addAllPromptTokenIds(prompt.ids())
                    .setSampling(sampling)
                    .setMaxTokens(ContextRoom.maxTokens(model, call.promptField(), prompt, options))
                    .setChoices(options.choices())
                    .setAccounting(accounted)
                    .setCacheSalt(salt);
            schedule(request, options.schedule());
            show(request, options);
            requests.add(request.build());
        }
        return requests;
    }

    private static SamplingParameters sampling(ModelIdentity model, GenerationOptions options) {
        SamplingParameters.Builder sampling = options.sampling().parameters(model.getDefaults());
        Integer top = options.logprobs().top();
        if (top != null) {
            sampling.setLogprobs(top);
        }
        return sampling.build();
    }

    private void schedule(GenerateRequest.Builder request, Schedule schedule) {
        Duration queueTimeout = schedule.queueTimeout();
        request.setPriority(schedule.priority())
                .setQueueTimeoutMillis((queueTimeout == null ? settings.queueTimeout() : queueTimeout).toMillis());
        if (schedule.timeout() != null) {
            request.setTimeoutMillis(schedule.timeout().toMillis());
        }
    }

    private static void show(GenerateRequest.Builder request, GenerationOptions options) {
        Integer promptTop = options.logprobs().promptTop();
        if (promptTop != null) {
            request.setPromptLogprobs(promptTop);
        }
        if (options.structure() != null) {
            request.setStructure(options.structure().structure());
        }
    }

    private List<HeadRequest> submit(
            String model, List<GenerateRequest> requests, List<Lease> leases, GenerationInbox inbox) {
        List<HeadRequest> submitted = new ArrayList<>();
        try {
            for (GenerateRequest request : requests) {
                submitted.add(heads.submit(model, request, submitted.size(), inbox));
            }
            return submitted;
        } catch (RuntimeException refused) {
            for (HeadRequest request : submitted) {
                heads.cancel(request, CancelReason.CANCEL_REASON_CLIENT_GONE);
                Lease lease = leases.get(submitted.indexOf(request));
                lease.answered();
                request.covered(lease.coveredTokens(), lease.admittedAt());
                request.delivered().complete(0);
            }
            // the others never reached a head and will have no settlement
            leases.subList(submitted.size(), leases.size()).forEach(Lease::end);
            throw refused;
        }
    }
}
