package dev.molink.gateway.generation;

import dev.molink.gateway.tokenizer.Tokenizer;
import dev.molink.proto.node.v1.TokenLogprobs;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Holds the tokens of one choice back until their text leaves, so that the log-probabilities of a chunk are those of its
 * text. A token that completes no character leaves with the token that does; one without text, such as a control token, with
 * the text that follows it. Belongs to one thread.
 */
final class ScoreQueue {

    private final Tokenizer tokenizer;
    private final int maxTop;
    private final Deque<Pending> pending = new ArrayDeque<>();
    /** Tokens at the end of {@link #pending} whose text is not complete yet. */
    private final List<Pending> open = new ArrayList<>();

    private int producedChars;
    private int producedCodePoints;

    /** @param textOffset code points of the choice's text before its first generated token */
    ScoreQueue(Tokenizer tokenizer, int maxTop, int textOffset) {
        this.tokenizer = tokenizer;
        this.maxTop = maxTop;
        this.producedCodePoints = textOffset;
    }

    /** @param text what the token let the detokenizer give out */
    void add(int id, TokenLogprobs scores, String text) {
        Pending token = new Pending(ScoredToken.of(tokenizer, id, scores, maxTop, producedCodePoints), producedChars);
        pending.add(token);
        open.add(token);
        produced(text);
    }

    /** Text that came without a new token, at the end of the choice. */
    void produced(String text) {
        if (text.isEmpty()) {
            return;
        }
        producedChars += text.length();
        producedCodePoints += text.codePointCount(0, text.length());
        open.forEach(token -> token.endChar = producedChars);
        open.clear();
    }

    /** The tokens whose text is wholly within the first {@code releasedChars} of the choice. */
    List<ScoredToken> release(int releasedChars) {
        List<ScoredToken> released = new ArrayList<>();
        while (!pending.isEmpty() && pending.peek().endChar <= releasedChars) {
            released.add(pending.remove().token);
        }
        return released;
    }

    /** At the end of the choice: all that is left. */
    List<ScoredToken> releaseAll() {
        return release(Integer.MAX_VALUE);
    }

    /** At a stop string: the tokens that began within the text that stays. */
    List<ScoredToken> releaseBefore(int cutChar) {
        List<ScoredToken> released = new ArrayList<>();
        while (!pending.isEmpty() && pending.peek().firstChar < cutChar) {
            released.add(pending.remove().token);
        }
        pending.clear();
        return released;
    }

    private static final class Pending {

        private final ScoredToken token;
        private final int firstChar;
        private int endChar = Integer.MAX_VALUE;

        Pending(ScoredToken token, int firstChar) {
            this.token = token;
            this.firstChar = firstChar;
        }
    }
}
