package dev.molink.gateway.generation;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * vLLM's {@code prompt_logprobs}: for each token of the prompt a map from token id to its log-probability, the token's own
 * and those of the likeliest; null for the first token.
 */
public final class PromptLogprobs {

    private PromptLogprobs() {}

    public record Entry(
            float logprob,
            int rank,
            @JsonProperty("decoded_token") String decodedToken) {}

    public static List<@Nullable Map<Integer, Entry>> of(List<ScoredToken> tokens) {
        List<@Nullable Map<Integer, Entry>> positions = new ArrayList<>(tokens.size());
        tokens.forEach(token -> positions.add(token.logprob() == null ? null : entries(token, token.logprob())));
        return positions;
    }

    private static Map<Integer, Entry> entries(ScoredToken token, float logprob) {
        Map<Integer, Entry> entries = new LinkedHashMap<>();
        entries.put(token.id(), new Entry(logprob, token.rank(), token.token().text()));
        for (int rank = 0; rank < token.top().size(); rank++) {
            ScoredToken.Alternative other = token.top().get(rank);
            entries.putIfAbsent(
                    other.id(),
                    new Entry(other.logprob(), rank + 1, other.token().text()));
        }
        return entries;
    }
}
