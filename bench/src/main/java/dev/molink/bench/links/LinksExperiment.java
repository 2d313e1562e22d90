package dev.molink.bench.links;

import dev.molink.bench.engine.Spread;
import dev.molink.bench.fleet.Arrival;
import dev.molink.bench.fleet.Fleet;
import dev.molink.bench.fleet.FleetRun;
import dev.molink.bench.fleet.FleetSetting;
import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.transmit.TransmitPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Every transmit policy on the same arrivals: the known ones as their systems publish them, and each with everything of
 * ours besides, so that what the policy gains and what the rest gains can be told apart. There, the known policies get the
 * best prefill piece that a sweep finds for them.
 */
public final class LinksExperiment {

    private static final List<String> PIECES = List.of("64", "128", "256", "512", "1024", "whole");

    private final Fleet virtual;
    private final FleetSetting setting;
    private final List<Arrival> arrivals;
    private final Prices prices;
    private final @Nullable Goodput goodput;
    private final Consumer<String> progress;

    /**
     * @param virtual what settings are tried on; runs take no time there
     * @param setting of the fleet; policy, codec, tensors and batching are the contestants' own
     * @param goodput null leaves it out
     */
    public LinksExperiment(
            Fleet virtual,
            FleetSetting setting,
            List<Arrival> arrivals,
            Prices prices,
            @Nullable Goodput goodput,
            Consumer<String> progress) {
        this.virtual = virtual;
        this.setting = setting;
        this.arrivals = List.copyOf(arrivals);
        this.prices = prices;
        this.goodput = goodput;
        this.progress = progress;
    }

    /** The published baselines among {@code policies}, then all of them with each codec. */
    public List<Contestant> contestants(List<TransmitPolicy> policies, List<ActivationCodec> codecs)
            throws InterruptedException {
        List<Contestant> contestants = new ArrayList<>();
        for (TransmitPolicy policy : policies) {
            if (policy != TransmitPolicy.FAIR) {
                contestants.add(Contestant.published(setting, policy));
            }
        }
        for (ActivationCodec codec : codecs) {
            for (TransmitPolicy policy : policies) {
                contestants.add(best(policy, codec));
            }
        }
        return contestants;
    }

    /** Runs each contestant once on {@code fleet}, and looks for its goodput on the virtual one. */
    public List<Measured> measure(Fleet fleet, List<Contestant> contestants) throws InterruptedException {
        List<Measured> measured = new ArrayList<>();
        for (Contestant contestant : contestants) {
            progress.accept("%s, batching %s"
                    .formatted(contestant.name(), contestant.setting().batching()));
            FleetRun run = fleet.run(contestant.setting(), arrivals);
            Optional<Goodput.Found> found =
                    goodput == null ? Optional.empty() : Optional.of(goodput.of(contestant.setting()));
            measured.add(new Measured(contestant, run, found, prices));
        }
        return measured;
    }

    /** Ours runs as it is; the others get the piece with the least product of mean TTFT and p99 TPOT. */
    private Contestant best(TransmitPolicy policy, ActivationCodec codec) throws InterruptedException {
        Contestant asIs = Contestant.ours(setting, policy, codec, setting.batching());
        if (policy == TransmitPolicy.FAIR || !setting.batching().equals(BatchingOption.parse("auto"))) {
            return asIs;
        }
        progress.accept("%s: best prefill piece".formatted(asIs.name()));
        List<Scored> scored = new ArrayList<>(List.of(score(asIs)));
        for (String piece : PIECES) {
            scored.add(score(Contestant.ours(setting, policy, codec, BatchingOption.parse("auto@" + piece))));
        }
        return scored.stream()
                .min(Comparator.comparingDouble(Scored::score))
                .orElseThrow()
                .contestant();
    }

    private record Scored(Contestant contestant, double score) {}

    private Scored score(Contestant contestant) throws InterruptedException {
        Latencies seen = Latencies.of(virtual.run(contestant.setting(), arrivals));
        return new Scored(
                contestant,
                Spread.of(seen.ttft()).mean() * Spread.of(seen.tpot()).p99());
    }

    /** One change after another from MoLink as published to ours, so that each gain shows where it comes from. */
    public List<Step> gains(ActivationCodec codec) throws InterruptedException {
        BatchingOption published =
                Contestant.published(setting, TransmitPolicy.MOLINK).setting().batching();
        List<Step> steps = new ArrayList<>();
        steps.add(step("molink as published", Contestant.published(setting, TransmitPolicy.MOLINK)));
        steps.add(step(
                "one tensor instead of two",
                Contestant.ours(setting, TransmitPolicy.MOLINK, ActivationCodec.BF16, published)));
        steps.add(step(
                "our batching and prefill pieces",
                Contestant.ours(setting, TransmitPolicy.MOLINK, ActivationCodec.BF16, setting.batching())));
        steps.add(step(
                "our transmit policy",
                Contestant.ours(setting, TransmitPolicy.FAIR, ActivationCodec.BF16, setting.batching())));
        if (codec != ActivationCodec.BF16) {
            steps.add(step("codec " + codec, Contestant.ours(setting, TransmitPolicy.FAIR, codec, setting.batching())));
        }
        return steps;
    }

    /** Times are milliseconds. */
    public record Step(String change, double ttftMean, double tpotMean, double tpotP99) {}

    private Step step(String change, Contestant contestant) throws InterruptedException {
        progress.accept("gain of: " + change);
        Latencies.Spreads seen =
                Latencies.of(virtual.run(contestant.setting(), arrivals)).spreads();
        return new Step(
                change, seen.ttft().mean(), seen.tpot().mean(), seen.tpot().p99());
    }
}
