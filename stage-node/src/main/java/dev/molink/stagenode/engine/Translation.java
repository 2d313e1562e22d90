package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.node.v1.Priority;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SamplingParameters.Filters;
import dev.molink.stagenode.plan.SamplingParameters.Penalties;
import dev.molink.stagenode.plan.SamplingParameters.TokenRules;
import dev.molink.stagenode.scheduling.RequestSpec;
import dev.molink.stagenode.scheduling.RequestSpec.Sampling;
import dev.molink.stagenode.scheduling.RequestSpec.TimeLimits;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Turns what a gateway asks of one model into what its scheduler takes. */
final class Translation {

    private final ModelIdentity model;
    private final int longestSequence;

    /** @param longestSequence most ids, prompt included, that a sequence may have on the pipeline */
    Translation(ModelIdentity model, int longestSequence) {
        this.model = model;
        this.longestSequence = longestSequence;
    }

    /**
     * @param seed of a request that brings none
     * @param grammar content hash of its compiled structure; null: free text
     */
    RequestSpec spec(Request request, long seed, @Nullable String grammar) {
        GenerateRequest asked = request.asked();
        int promptLogprobs = asked.hasPromptLogprobs() ? asked.getPromptLogprobs() : SamplingParameters.NO_LOGPROBS;
        return new RequestSpec(
                request.id(),
                request.sequenceId(0),
                request.choices(),
                asked.getPromptTokenIdsList(),
                asked.getGeneratedTokenIdsList(),
                maxTokens(asked),
                new Sampling(sampling(asked, seed), promptLogprobs, grammar),
                asked.getPriority() == Priority.PRIORITY_BATCH
                        ? dev.molink.stagenode.scheduling.Priority.BATCH
                        : dev.molink.stagenode.scheduling.Priority.INTERACTIVE,
                HexFormat.of().formatHex(asked.getCacheSalt().toByteArray()),
                limits(request));
    }

    int maxTokens(GenerateRequest asked) {
        return (int) Math.min(longestSequence, (long) asked.getPromptTokenIdsCount() + asked.getMaxTokens());
    }

    private SamplingParameters sampling(GenerateRequest asked, long seed) {
        dev.molink.proto.node.v1.SamplingParameters given = asked.getSampling();
        return new SamplingParameters(
                given.hasTemperature() ? given.getTemperature() : 1,
                new Filters(
                        Math.max(0, given.getTopK()),
                        given.hasTopP() ? given.getTopP() : 1,
                        given.getMinP(),
                        given.hasTypicalP() ? given.getTypicalP() : 1),
                new Penalties(
                        given.hasRepetitionPenalty() ? given.getRepetitionPenalty() : 1,
                        given.getFrequencyPenalty(),
                        given.getPresencePenalty()),
                new TokenRules(
                        given.getLogitBiasMap(),
                        given.getAllowedTokenIdsList(),
                        List.copyOf(stopTokenIds(asked)),
                        given.getMinTokens()),
                given.hasSeed() ? given.getSeed() : seed,
                given.hasLogprobs() ? given.getLogprobs() : SamplingParameters.NO_LOGPROBS);
    }

    /** Ids that end a sequence of the request. */
    Set<Integer> stopTokenIds(GenerateRequest asked) {
        Set<Integer> ids = new LinkedHashSet<>(asked.getSampling().getStopTokenIdsList());
        if (!asked.getSampling().getIgnoreEnd()) {
            ids.addAll(model.getEndTokenIdsList());
        }
        return ids;
    }

    static TimeLimits limits(Request request) {
        GenerateRequest asked = request.asked();
        long arrived = request.arrival().nanos();
        return new TimeLimits(limit(arrived, asked.getQueueTimeoutMillis()), limit(arrived, asked.getTimeoutMillis()));
    }

    /** Saturates: the largest number of milliseconds is as good as no limit. */
    private static long limit(long arrived, long millis) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        boolean endless = millis == 0 || nanos == Long.MAX_VALUE || arrived > Long.MAX_VALUE - nanos;
        return endless ? Long.MAX_VALUE : arrived + nanos;
    }
}
