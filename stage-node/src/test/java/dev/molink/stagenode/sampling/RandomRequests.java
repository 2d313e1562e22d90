package dev.molink.stagenode.sampling;

import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SamplingParameters.Filters;
import dev.molink.stagenode.plan.SamplingParameters.Penalties;
import dev.molink.stagenode.plan.SamplingParameters.TokenRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Sampling parameters by chance; each is off in about every second request. */
final class RandomRequests {

    private final Random random;
    private final int vocabulary;

    RandomRequests(Random random, int vocabulary) {
        this.random = random;
        this.vocabulary = vocabulary;
    }

    SamplingParameters next(int logprobs) {
        return new SamplingParameters(
                oneOf(0f, 0.3f, 0.8f, 1f, 1.7f),
                new Filters(
                        or(0, () -> 1 + random.nextInt(vocabulary)),
                        or(1f, random::nextFloat),
                        or(0f, () -> random.nextFloat() / 4),
                        or(1f, () -> 0.1f + 0.9f * random.nextFloat())),
                new Penalties(
                        or(1f, () -> oneOf(0.7f, 1.1f, 2f)),
                        or(0f, () -> oneOf(-0.5f, 0.3f, 1f)),
                        or(0f, () -> oneOf(-1f, 0.4f, 2f))),
                new TokenRules(
                        or(Map.of(), this::bias),
                        or(List.of(), () -> distinctIds(1 + vocabulary / 2)),
                        distinctIds(2),
                        or(0, () -> random.nextInt(8))),
                random.nextLong(),
                logprobs);
    }

    private Map<Integer, Float> bias() {
        Map<Integer, Float> bias = new HashMap<>();
        distinctIds(3).forEach(id -> bias.put(id, 10 * random.nextFloat() - 5));
        return bias;
    }

    List<Integer> distinctIds(int count) {
        return Stream.generate(() -> random.nextInt(vocabulary))
                .distinct()
                .limit(Math.min(count, vocabulary))
                .toList();
    }

    List<Integer> ids(int count) {
        return Stream.generate(() -> random.nextInt(vocabulary)).limit(count).toList();
    }

    private <T> T or(T off, Supplier<T> on) {
        return random.nextBoolean() ? off : on.get();
    }

    @SafeVarargs
    private <T> T oneOf(T... values) {
        return values[random.nextInt(values.length)];
    }
}
