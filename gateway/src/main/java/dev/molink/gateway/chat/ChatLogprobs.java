package dev.molink.gateway.chat;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.gateway.generation.ScoredToken;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** OpenAI's log-probabilities of a chat choice or of a chunk of one. */
record ChatLogprobs(List<Token> content, @Nullable Object refusal) {

    static ChatLogprobs of(List<ScoredToken> tokens) {
        return new ChatLogprobs(tokens.stream().map(Token::of).toList(), null);
    }

    record Token(
            String token,
            float logprob,
            List<Integer> bytes,
            @JsonProperty("top_logprobs") List<TopToken> topLogprobs) {

        private static Token of(ScoredToken scored) {
            return new Token(
                    scored.token().text(),
                    Objects.requireNonNull(scored.logprob()),
                    scored.token().bytes(),
                    scored.top().stream().map(TopToken::of).toList());
        }
    }

    record TopToken(String token, float logprob, List<Integer> bytes) {

        private static TopToken of(ScoredToken.Alternative other) {
            return new TopToken(
                    other.token().text(), other.logprob(), other.token().bytes());
        }
    }
}
