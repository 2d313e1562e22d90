package dev.molink.gateway.organization;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.rollup.UsageDimension;
import dev.molink.controlplane.rollup.UsageRow;
import dev.molink.controlplane.rollup.UsageSums;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's usage of one group in one bucket. What the request does not group by is null. Kinds of tokens that this server's
 * models do not have are 0; clients expect the keys.
 */
record UsageResult(
        String object,
        @JsonProperty("input_tokens") BigInteger inputTokens,
        @JsonProperty("input_cached_tokens") BigInteger inputCachedTokens,
        @JsonProperty("input_cache_write_tokens") int inputCacheWriteTokens,
        @JsonProperty("input_uncached_tokens") BigInteger inputUncachedTokens,
        @JsonProperty("output_tokens") BigInteger outputTokens,
        @JsonProperty("input_audio_tokens") int inputAudioTokens,
        @JsonProperty("output_audio_tokens") int outputAudioTokens,
        @JsonProperty("num_model_requests") long numModelRequests,
        @JsonProperty("project_id") @Nullable String projectId,
        @JsonProperty("user_id") @Nullable String userId,
        @JsonProperty("api_key_id") @Nullable String apiKeyId,
        @Nullable String model,
        @Nullable Boolean batch,
        @JsonProperty("service_tier") @Nullable String serviceTier) {

    static UsageResult of(UsageRow row, boolean byBatch) {
        UsageSums sums = row.sums();
        return new UsageResult(
                "organization.usage.completions.result",
                sums.promptTokens(),
                sums.cachedTokens(),
                0,
                sums.promptTokens().subtract(sums.cachedTokens()),
                sums.generatedTokens(),
                0,
                0,
                sums.requests(),
                row.value(UsageDimension.PROJECT),
                row.value(UsageDimension.END_USER),
                row.value(UsageDimension.API_KEY),
                row.value(UsageDimension.MODEL),
                byBatch ? false : null,
                row.value(UsageDimension.SERVICE_TIER));
    }
}
