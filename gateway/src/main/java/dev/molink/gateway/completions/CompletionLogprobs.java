package dev.molink.gateway.completions;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.gateway.generation.ScoredToken;
import dev.molink.gateway.generation.TokenText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's older form of log-probabilities: lists of equal length, an element for each token.
 *
 * @param tokenLogprobs null for the first token of a prompt
 * @param topLogprobs by token, the token itself always among them; null for the first token of a prompt
 * @param textOffset characters of the choice's text before the token
 */
record CompletionLogprobs(
        List<String> tokens,
        @JsonProperty("token_logprobs") List<@Nullable Float> tokenLogprobs,
        @JsonProperty("top_logprobs") List<@Nullable Map<String, Float>> topLogprobs,
        @JsonProperty("text_offset") List<Integer> textOffset) {

    static CompletionLogprobs of(List<ScoredToken> scored) {
        List<@Nullable Float> logprobs = new ArrayList<>();
        List<@Nullable Map<String, Float>> tops = new ArrayList<>();
        for (ScoredToken token : scored) {
            logprobs.add(token.logprob());
            tops.add(token.logprob() == null ? null : top(token, token.logprob()));
        }
        return new CompletionLogprobs(
                scored.stream().map(token -> shown(token.token())).toList(),
                logprobs,
                tops,
                scored.stream().map(ScoredToken::textOffset).toList());
    }

    private static Map<String, Float> top(ScoredToken token, float logprob) {
        Map<String, Float> top = new LinkedHashMap<>();
        token.top().forEach(other -> top.putIfAbsent(shown(other.token()), other.logprob()));
        top.put(shown(token.token()), logprob);
        return top;
    }

    /** A token that is no text by itself is marked in this older form. */
    private static String shown(TokenText token) {
        return token.whole() ? token.text() : "bytes:" + token.text();
    }
}
