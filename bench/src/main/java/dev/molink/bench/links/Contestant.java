package dev.molink.bench.links;

import dev.molink.bench.fleet.FleetSetting;
import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.speculation.SpeculationOption;
import dev.molink.stagenode.transmit.TransmitPolicy;
import java.util.Locale;

/**
 * One way to run the fleet.
 *
 * @param baseline with what else the policy runs
 */
public record Contestant(Baseline baseline, FleetSetting setting) {

    /** What surrounds a transmit policy. */
    public enum Baseline {
        /** What its own system publishes: two tensors in bf16, its own batching rule, whole prompts, no speculation. */
        PUBLISHED,
        /** Everything that is ours besides the policy. */
        OURS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A policy as its system publishes it; the rest of {@code fleet} stays. */
    static Contestant published(FleetSetting fleet, TransmitPolicy policy) {
        return new Contestant(
                Baseline.PUBLISHED,
                new FleetSetting(
                        fleet.model(),
                        fleet.device(),
                        fleet.stages(),
                        fleet.link(),
                        policy,
                        ActivationCodec.BF16,
                        2,
                        BatchingOption.parse(publishedBatching(policy, fleet.stages())),
                        new SpeculationOption.Off(),
                        fleet.seed()));
    }

    /** MoLink's systems come with MoLink's rule; the usual engine keeps as many micro-batches as stages. */
    private static String publishedBatching(TransmitPolicy policy, int stages) {
        return policy == TransmitPolicy.FIFO ? "fixed:%d@whole".formatted(stages) : "molink";
    }

    /** A policy with all that is ours besides. */
    static Contestant ours(FleetSetting fleet, TransmitPolicy policy, ActivationCodec codec, BatchingOption batching) {
        return new Contestant(
                Baseline.OURS,
                new FleetSetting(
                        fleet.model(),
                        fleet.device(),
                        fleet.stages(),
                        fleet.link(),
                        policy,
                        codec,
                        1,
                        batching,
                        fleet.speculation(),
                        fleet.seed()));
    }

    /** Such as {@code molink (published)} or {@code fair int8}. */
    public String name() {
        return baseline == Baseline.PUBLISHED
                ? setting.policy() + " (published)"
                : setting.policy() + " " + setting.codec();
    }
}
