package dev.molink.gateway.generation;

import com.google.protobuf.ByteString;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.nodes.GenerationInbox;
import dev.molink.gateway.nodes.HeadRequest;
import dev.molink.gateway.nodes.Heads;
import dev.molink.gateway.tokenizer.Tokenizer;
import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.GenerationDefaults;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.node.v1.SamplingParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.stereotype.Component;

/** Checks prompts against the model, fills in the model's defaults and starts the generations. */
@Component
public final class TextGenerator {

    private final Heads heads;

    TextGenerator(Heads heads) {
        this.heads = heads;
    }

    /**
     * Starts one generation per prompt; the caller closes what it gets.
     *
     * @param requestId of the HTTP request; the first prompt runs under it, the others under it with their number
     * @param promptField the body's field that the prompts came from, for messages
     * @param accounting what the usage record will need, opaque to the head
     */
    public TextGeneration start(
            String requestId,
            ModelIdentity model,
            Tokenizer tokenizer,
            String promptField,
            List<int[]> prompts,
            GenerationOptions options,
            ByteString accounting) {
        List<GenerateRequest> requests = new ArrayList<>();
        for (int[] prompt : prompts) {
            int maxTokens = maxTokens(model, promptField, prompt.length, options);
            requests.add(GenerateRequest.newBuilder()
                    .setRequestId(requests.isEmpty() ? requestId : requestId + "-" + requests.size())
                    .addAllPromptTokenIds(Arrays.stream(prompt).boxed().toList())
                    .setSampling(sampling(model.getDefaults(), options))
                    .setMaxTokens(maxTokens)
                    .setChoices(options.choices())
                    .setAccounting(accounting)
                    .build());
        }
        GenerationInbox inbox = new GenerationInbox();
        return new TextGeneration(heads, inbox, submit(model.getName(), requests, inbox), tokenizer, options.stop());
    }

    private List<HeadRequest> submit(String model, List<GenerateRequest> requests, GenerationInbox inbox) {
        List<HeadRequest> submitted = new ArrayList<>();
        try {
            for (GenerateRequest request : requests) {
                submitted.add(heads.submit(model, request, submitted.size(), inbox));
            }
            return submitted;
        } catch (ApiException refused) {
            for (HeadRequest request : submitted) {
                heads.cancel(request, CancelReason.CANCEL_REASON_CLIENT_GONE);
                request.delivered().complete(0);
            }
            throw refused;
        }
    }

    private static int maxTokens(ModelIdentity model, String field, int promptTokens, GenerationOptions options) {
        if (promptTokens == 0) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE, field, "Invalid '%s': the prompt holds no token.".formatted(field));
        }
        int room = model.getMaxModelLen() - promptTokens;
        Integer wanted = options.maxTokens();
        if (room < 1 || (wanted != null && wanted > room)) {
            throw ApiException.field(
                    ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                    field,
                    "This model's maximum context length is %d tokens. However, you requested %d tokens (%d in the %s, %d in the completion). Please reduce the length of either."
                            .formatted(
                                    model.getMaxModelLen(),
                                    promptTokens + (long) (wanted == null ? 1 : wanted),
                                    promptTokens,
                                    field,
                                    wanted == null ? 1 : wanted));
        }
        return wanted == null ? room : wanted;
    }

    /** What the request leaves out takes the model's own default, as in vLLM. */
    private static SamplingParameters sampling(GenerationDefaults defaults, GenerationOptions options) {
        SamplingParameters.Builder sampling = SamplingParameters.newBuilder()
                .addAllStopTokenIds(options.stopTokenIds())
                .setIgnoreEnd(options.ignoreEnd());
        if (options.temperature() != null) {
            sampling.setTemperature(options.temperature().floatValue());
        } else if (defaults.hasTemperature()) {
            sampling.setTemperature(defaults.getTemperature());
        }
        if (options.topP() != null) {
            sampling.setTopP(options.topP().floatValue());
        } else if (defaults.hasTopP()) {
            sampling.setTopP(defaults.getTopP());
        }
        if (options.minP() != null) {
            sampling.setMinP(options.minP().floatValue());
        } else if (defaults.hasMinP()) {
            sampling.setMinP(defaults.getMinP());
        }
        int topK = options.topK() != null ? options.topK() : defaults.getTopK();
        if (topK > 0) {
            sampling.setTopK(topK);
        }
        if (options.seed() != null) {
            sampling.setSeed(options.seed());
        }
        return sampling.build();
    }
}
