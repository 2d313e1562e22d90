package dev.molink.gateway.nodes;

import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.TokenLogprobs;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where the heads' events for one HTTP request wait for the thread that answers it. Ids of a choice that nobody took yet
 * are joined, so a reader that stands still costs four bytes per id, and the log-probabilities where the request wants them,
 * at most {@code prompts × choices × max_tokens} of them, and never holds up the node's stream. All state is guarded by {@link #lock}.
 */
public final class GenerationInbox {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Map<Slot, TokenRun> tokens = new LinkedHashMap<>();
    private final Deque<Arrival> scores = new ArrayDeque<>();
    private final Deque<Arrival> endings = new ArrayDeque<>();

    /** Everything that arrived since the last call: scores of prompts, then ids, then endings; empty when nothing did within {@code wait}. */
    public List<Arrival> take(Duration wait) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = wait.toNanos();
            while (tokens.isEmpty() && scores.isEmpty() && endings.isEmpty()) {
                if (nanos <= 0) {
                    return List.of();
                }
                nanos = arrived.awaitNanos(nanos);
            }
            List<Arrival> taken = new ArrayList<>(scores);
            tokens.forEach((slot, run) -> taken.add(run.arrival(slot)));
            taken.addAll(endings);
            scores.clear();
            tokens.clear();
            endings.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    void tokens(int prompt, int choice, List<Integer> ids, List<TokenLogprobs> logprobs, FinishReason finish) {
        lock.lock();
        try {
            tokens.computeIfAbsent(new Slot(prompt, choice), _ -> new TokenRun())
                    .add(ids, logprobs, finish);
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    void scored(int prompt, List<TokenLogprobs> logprobs) {
        lock.lock();
        try {
            scores.add(new Arrival.PromptScored(prompt, logprobs));
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    void ended(Arrival ending) {
        lock.lock();
        try {
            endings.add(ending);
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /** What can happen to a request at its head. {@code prompt} counts the prompts of one HTTP request from 0. */
    public sealed interface Arrival {

        int prompt();

        /**
         * Ids of one choice in order; {@code finish} is UNSPECIFIED while the choice goes on.
         *
         * @param logprobs one per id where the request wants them, else empty
         */
        @SuppressWarnings("ArrayRecordComponent") // made for one reader, who alone ever sees it
        record Tokens(int prompt, int choice, int[] ids, List<TokenLogprobs> logprobs, FinishReason finish)
                implements Arrival {}

        /** Log-probabilities of the prompt's own ids from the second on, in order, in as many parts as the head likes. */
        record PromptScored(int prompt, List<TokenLogprobs> logprobs) implements Arrival {}

        /** The head's last word on the request. */
        record Ended(int prompt, RequestReport report) implements Arrival {}

        /** The head went away, or broke the contract, before its last word. */
        record Lost(int prompt, String reason) implements Arrival {}
    }

    private record Slot(int prompt, int choice) {}

    private static final class TokenRun {

        private final List<TokenLogprobs> logprobs = new ArrayList<>();
        private int[] ids = new int[8];
        private int count;
        private @Nullable FinishReason finish;

        void add(List<Integer> more, List<TokenLogprobs> scores, FinishReason reason) {
            if (ids.length < count + more.size()) {
                ids = Arrays.copyOf(ids, Math.max(ids.length * 2, count + more.size()));
            }
            for (int id : more) {
                ids[count++] = id;
            }
            logprobs.addAll(scores);
            finish = reason;
        }

        Arrival arrival(Slot slot) {
            return new Arrival.Tokens(
                    slot.prompt,
                    slot.choice,
                    Arrays.copyOf(ids, count),
                    List.copyOf(logprobs),
                    finish == null ? FinishReason.FINISH_REASON_UNSPECIFIED : finish);
        }
    }
}
