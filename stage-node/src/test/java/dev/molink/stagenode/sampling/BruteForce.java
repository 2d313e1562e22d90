package dev.molink.stagenode.sampling;

import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.TokenLogprobs;
import dev.molink.stagenode.plan.TokenLogprobs.Alternative;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The documented order of sampling, written down a second time: sorted lists of boxed ids, doubles, no cleverness. */
final class BruteForce {

    private BruteForce() {}

    /**
     * The distribution of the token behind {@code start}'s history.
     *
     * @param grammar ids that the grammar allows; null: all
     */
    static double[] distribution(float[] raw, SequenceStart start, @Nullable Set<Integer> grammar) {
        SamplingParameters parameters = start.sampling();
        double[] logits = adjusted(raw, start, grammar);
        double[] probabilities = new double[logits.length];
        List<Integer> ids = new ArrayList<>(range(logits.length)
                .filter(id -> logits[id] != Double.NEGATIVE_INFINITY)
                .toList());
        Comparator<Integer> byLogit =
                Comparator.<Integer>comparingDouble(id -> 0 - logits[id]).thenComparing(id -> id);
        ids.sort(byLogit);
        double temperature = decimal(parameters.temperature());
        if (temperature == 0) {
            probabilities[ids.getFirst()] = 1;
            return probabilities;
        }
        double largest = logits[ids.getFirst()];
        ToDoubleFunction<Integer> weight = id -> Math.exp((logits[id] - largest) / temperature);

        double minP = decimal(parameters.filters().minP());
        ids.removeIf(id -> weight.applyAsDouble(id) < minP);
        int topK = parameters.filters().topK();
        if (topK > 0 && topK < ids.size()) {
            double kth = logits[ids.get(topK - 1)];
            ids.removeIf(id -> logits[id] < kth);
        }
        double topP = decimal(parameters.filters().topP());
        if (topP < 1) {
            ids = ids.subList(0, prefix(ids, weight, topP));
        }
        double typicalP = decimal(parameters.filters().typicalP());
        if (typicalP < 1) {
            ids = typical(ids, weight, typicalP);
        }
        double total = ids.stream().mapToDouble(weight).sum();
        ids.forEach(id -> probabilities[id] = weight.applyAsDouble(id) / total);
        return probabilities;
    }

    static boolean leavesNothing(float[] raw, SequenceStart start, @Nullable Set<Integer> grammar) {
        return Arrays.stream(adjusted(raw, start, grammar)).allMatch(logit -> logit == Double.NEGATIVE_INFINITY);
    }

    private static double[] adjusted(float[] raw, SequenceStart start, @Nullable Set<Integer> grammar) {
        SamplingParameters.TokenRules rules = start.sampling().tokens();
        SamplingParameters.Penalties penalties = start.sampling().penalties();
        List<Integer> generated =
                start.history().subList(start.promptTokens(), start.history().size());
        double[] logits = new double[raw.length];
        for (int id = 0; id < raw.length; id++) {
            boolean out = (!rules.allowed().isEmpty() && !rules.allowed().contains(id))
                    || (grammar != null && !grammar.contains(id))
                    || (generated.size() < rules.minTokens() && rules.stop().contains(id));
            logits[id] = out ? Double.NEGATIVE_INFINITY : raw[id];
        }
        rules.bias().forEach((id, bias) -> logits[id] += bias);
        for (int id : new HashSet<>(start.history())) {
            double repetition = decimal(penalties.repetition());
            logits[id] = logits[id] > 0 ? logits[id] / repetition : logits[id] * repetition;
        }
        generated.forEach(id -> logits[id] -= decimal(penalties.frequency()));
        new HashSet<>(generated).forEach(id -> logits[id] -= decimal(penalties.presence()));
        return logits;
    }

    private static int prefix(List<Integer> ids, ToDoubleFunction<Integer> weight, double share) {
        double target = share * ids.stream().mapToDouble(weight).sum();
        double mass = 0;
        int count = 0;
        while (count == 0 || (count < ids.size() && mass < target)) {
            mass += weight.applyAsDouble(ids.get(count++));
        }
        return count;
    }

    private static List<Integer> typical(List<Integer> ids, ToDoubleFunction<Integer> weight, double share) {
        double total = ids.stream().mapToDouble(weight).sum();
        ToDoubleFunction<Integer> surprise = id -> -Math.log(weight.applyAsDouble(id) / total);
        double entropy = ids.stream()
                .mapToDouble(id -> weight.applyAsDouble(id) / total * surprise.applyAsDouble(id))
                .sum();
        ToDoubleFunction<Integer> distance = id -> Math.abs(surprise.applyAsDouble(id) - entropy);
        List<Integer> order =
                ids.stream().sorted(Comparator.comparingDouble(distance)).toList();
        double last = distance.applyAsDouble(order.get(prefix(order, weight, share) - 1));
        return order.stream().filter(id -> distance.applyAsDouble(id) <= last).toList();
    }

    static TokenLogprobs logprobs(float[] raw, int tokenId, int alternatives) {
        double largest = range(raw.length).mapToDouble(id -> raw[id]).max().orElseThrow();
        double logOfSum = largest
                + Math.log(range(raw.length)
                        .mapToDouble(id -> Math.exp(raw[id] - largest))
                        .sum());
        List<Alternative> top = range(raw.length)
                .sorted(Comparator.<Integer>comparingDouble(id -> 0.0 - raw[id]).thenComparing(id -> id))
                .limit(alternatives)
                .map(id -> new Alternative(id, (float) (raw[id] - logOfSum)))
                .toList();
        int rank =
                1 + (int) range(raw.length).filter(id -> raw[id] > raw[tokenId]).count();
        return new TokenLogprobs((float) (raw[tokenId] - logOfSum), rank, top);
    }

    private static Stream<Integer> range(int end) {
        return IntStream.range(0, end).boxed();
    }

    private static double decimal(float value) {
        return Double.parseDouble(Float.toString(value));
    }
}
