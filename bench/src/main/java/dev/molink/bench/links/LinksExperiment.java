package dev.molink.bench.links;

import dev.molink.bench.engine.Spread;
import dev.molink.bench.fleet.Arrival;
import dev.molink.bench.fleet.Fleet;
import dev.molink.bench.fleet.FleetSetting;
import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.transmit.TransmitPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every transmit policy on the same arrivals: the known ones as their systems publish them, and each with everything of
 * ours besides, so that what the policy gains and what the rest gains can be told apart. There, the known policies get the
 * decode groups and the prefill piece which a sweep over these arrivals finds best for them: the least product of mean TTFT
 * and p99 TPOT. Ours runs once as it is delivered, which knows nothing of what will arrive, and once with the best of such
 * a sweep.
 */
public final class LinksExperiment {

    private static final List<String> PIECES = List.of("64", "128", "256", "512", "1024", "whole");

    private static final BatchingOption DELIVERED = BatchingOption.parse("auto");

    private final FleetRuns runs;
    private final FleetSetting setting;
    private final List<Arrival> arrivals;
    private final Prices prices;
    private final @Nullable Goodput goodput;
    private final Consumer<String> progress;

    /**
     * @param runs on the virtual clock
     * @param setting of the fleet; policy, codec, tensors and batching are the contestants' own
     * @param goodput null leaves it out
     */
    LinksExperiment(
            FleetRuns runs,
            FleetSetting setting,
            List<Arrival> arrivals,
            Prices prices,
            @Nullable Goodput goodput,
            Consumer<String> progress) {
        this.runs = runs;
        this.setting = setting;
        this.arrivals = List.copyOf(arrivals);
        this.prices = prices;
        this.goodput = goodput;
        this.progress = progress;
    }

    /** The published baselines among {@code policies}, then all of them with each codec. */
    List<Contestant> contestants(List<TransmitPolicy> policies, List<ActivationCodec> codecs)
            throws InterruptedException {
        List<Contestant> contestants = new ArrayList<>();
        policies.stream()
                .filter(policy -> policy != TransmitPolicy.FAIR)
                .forEach(policy -> contestants.add(Contestant.published(setting, policy)));
        sweepAll(policies, codecs);
        for (ActivationCodec codec : codecs) {
            for (TransmitPolicy policy : policies) {
                if (policy == TransmitPolicy.FAIR) {
                    contestants.add(asDelivered(codec));
                }
                contestants.add(best(policy, codec));
            }
        }
        return contestants.stream().distinct().toList();
    }

    private Contestant asDelivered(ActivationCodec codec) {
        return Contestant.ours(setting, TransmitPolicy.FAIR, codec, setting.batching());
    }

    /** Runs all that sweeps compare, so that they find the runs done. */
    private void sweepAll(List<TransmitPolicy> policies, List<ActivationCodec> codecs) throws InterruptedException {
        List<Contestant> candidates = codecs.stream()
                .flatMap(codec -> policies.stream().flatMap(policy -> candidates(policy, codec).stream()))
                .toList();
        progress.accept("best prefill pieces: %d runs".formatted(candidates.size()));
        runs.all(candidates.stream()
                .<Callable<Double>>map(candidate -> () -> score(candidate))
                .toList());
    }

    /** One alone where the batching was chosen by whoever asks. */
    private List<Contestant> candidates(TransmitPolicy policy, ActivationCodec codec) {
        if (!setting.batching().equals(DELIVERED)) {
            return List.of(Contestant.ours(setting, policy, codec, setting.batching()));
        }
        return groups(policy)
                .flatMap(groups -> Stream.concat(
                        Stream.of(groups), PIECES.stream().map(piece -> groups + BatchingOption.PIECE_MARK + piece)))
                .map(batching -> Contestant.ours(setting, policy, codec, BatchingOption.parse(batching)))
                .toList();
    }

    /** Decode groups that a policy may have: ours, and for MoLink its own rule with the measured rate. */
    private static Stream<String> groups(TransmitPolicy policy) {
        return policy == TransmitPolicy.MOLINK ? Stream.of("auto", "molink:measured") : Stream.of("auto");
    }

    private Contestant best(TransmitPolicy policy, ActivationCodec codec) throws InterruptedException {
        List<Scored> scored = new ArrayList<>();
        for (Contestant candidate : candidates(policy, codec)) {
            scored.add(new Scored(candidate, score(candidate)));
        }
        return scored.stream()
                .min(Comparator.comparingDouble(Scored::score))
                .orElseThrow()
                .contestant();
    }

    private record Scored(Contestant contestant, double score) {}

    private double score(Contestant contestant) throws InterruptedException {
        Latencies seen = Latencies.of(runs.run(contestant.setting(), arrivals));
        return Spread.of(seen.ttft()).mean() * Spread.of(seen.tpot()).p99();
    }

    /** Runs each contestant once on the virtual clock and looks for its goodput there. */
    List<Measured> measure(List<Contestant> contestants) throws InterruptedException {
        return runs.all(contestants.stream()
                .<Callable<Measured>>map(contestant -> () -> measured(contestant, runs))
                .toList());
    }

    /** Runs each contestant on another fleet, one after the other, and looks for its goodput on the virtual clock. */
    List<Measured> measure(List<Contestant> contestants, Fleet fleet) throws InterruptedException {
        List<Measured> measured = new ArrayList<>();
        for (Contestant contestant : contestants) {
            measured.add(measured(contestant, fleet));
        }
        return measured;
    }

    private Measured measured(Contestant contestant, Fleet fleet) throws InterruptedException {
        progress.accept("%s, batching %s"
                .formatted(contestant.name(), contestant.setting().batching()));
        Optional<Goodput.Found> found =
                goodput == null ? Optional.empty() : Optional.of(goodput.of(contestant.setting()));
        return new Measured(contestant, fleet.run(contestant.setting(), arrivals), found, prices);
    }

    /** One change after another from MoLink as published to ours, so that each gain shows where it comes from. */
    List<Step> gains(ActivationCodec codec) throws InterruptedException {
        Contestant published = Contestant.published(setting, TransmitPolicy.MOLINK);
        BatchingOption own = published.setting().batching();
        List<Step> steps = new ArrayList<>();
        steps.add(step("MoLink as published", published));
        steps.add(step(
                "one tensor crosses a cut instead of two",
                Contestant.ours(setting, TransmitPolicy.MOLINK, ActivationCodec.BF16, own)));
        steps.add(step(
                "our decode groups and prefill pieces",
                Contestant.ours(setting, TransmitPolicy.MOLINK, ActivationCodec.BF16, setting.batching())));
        steps.add(step(
                "our transmit policy",
                Contestant.ours(setting, TransmitPolicy.FAIR, ActivationCodec.BF16, setting.batching())));
        if (codec != ActivationCodec.BF16) {
            steps.add(step("codec %s instead of bf16".formatted(codec), asDelivered(codec)));
        }
        return steps;
    }

    /** Times are milliseconds. */
    public record Step(String change, double ttftMean, double tpotMean, double tpotP99) {}

    private Step step(String change, Contestant contestant) throws InterruptedException {
        Latencies.Spreads seen =
                Latencies.of(runs.run(contestant.setting(), arrivals)).spreads();
        return new Step(
                change, seen.ttft().mean(), seen.tpot().mean(), seen.tpot().p99());
    }
}
