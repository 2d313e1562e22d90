package dev.molink.bench.links;

import dev.molink.bench.links.Contestant.Baseline;
import dev.molink.bench.links.LinksReport.Result;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.transmit.TransmitPolicy;
import java.util.List;

/** What is aimed at, for one part of the papers' experiment, with the bounds of what is possible there. */
final class PaperTargets {

    private final LinksSetup setup;
    private final List<Measured> measured;
    private final ActivationCodec codec;
    private final Result molink;
    private final Result fifo;

    PaperTargets(LinksSetup setup, LinksOutcome outcome) {
        this.setup = setup;
        this.measured = outcome.measured();
        this.codec = setup.codecs().getFirst();
        this.molink = result(Baseline.PUBLISHED, TransmitPolicy.MOLINK, ActivationCodec.BF16);
        this.fifo = result(Baseline.PUBLISHED, TransmitPolicy.FIFO, ActivationCodec.BF16);
    }

    List<Target> slow() throws InterruptedException {
        Comparison ours = ours(codec, "100 Mbit/s, codec auto: ");
        Comparison bf16 = ours(ActivationCodec.BF16, "100 Mbit/s, bf16: ");
        return List.of(
                ours.meanTtft(molink, 0.20),
                ours.meanTtft(fifo, 0.30),
                ours.meanTpot(molink, 0.9),
                ours.meanTpot(fifo, 0.4),
                ours.slowestTpot(molink, 0.9),
                ours.slowestTpot(fifo, 0.3),
                bf16.meanTtft(molink, 0.35),
                bf16.meanTtft(fifo, 0.5));
    }

    List<Target> fast() throws InterruptedException {
        Comparison ours = ours(codec, "1 Gbit/s: ");
        return List.of(
                ours.meanTtft(molink, 0.6),
                ours.meanTtft(fifo, 0.6),
                ours.slowestTpot(molink, 0.6),
                ours.slowestTpot(fifo, 0.4));
    }

    List<Target> repeating() throws InterruptedException {
        return List.of(ours(codec, "100 Mbit/s, text repeats: ").meanTpot(molink, 0.5));
    }

    /** Goodput and margin; none where they were not looked for. */
    List<Target> served(String where) throws InterruptedException {
        if (!setup.searchGoodput()) {
            return List.of();
        }
        Comparison ours = ours(codec, where + ": ");
        return List.of(
                ours.goodput(molink, 2), ours.goodput(fifo, 5.58), ours.margin(molink, 1), ours.margin(fifo, 2.51));
    }

    /** Against the known policies with all that is ours besides, and their best piece. */
    List<Target> policyAlone(String where) throws InterruptedException {
        Comparison ours = ours(codec, "only the policy, %s: ".formatted(where));
        Result otherMolink = result(Baseline.OURS, TransmitPolicy.MOLINK, codec);
        Result otherFifo = result(Baseline.OURS, TransmitPolicy.FIFO, codec);
        return List.of(
                ours.meanTtft(otherMolink, 1.0),
                ours.meanTtft(otherFifo, 1.0),
                ours.slowestTpot(otherMolink, 0.9),
                ours.slowestTpot(otherFifo, 0.7));
    }

    /** Of ours as it is delivered, which comes before ours with the best piece. */
    private Comparison ours(ActivationCodec wanted, String where) throws InterruptedException {
        Measured ours = find(Baseline.OURS, TransmitPolicy.FAIR, wanted);
        Bounds bounds = Bounds.of(
                setup.text().fleet(),
                ours.contestant().setting(),
                setup.sample().arrivals());
        return new Comparison(where, ours.result(), bounds);
    }

    private Result result(Baseline baseline, TransmitPolicy policy, ActivationCodec wanted) {
        return find(baseline, policy, wanted).result();
    }

    private Measured find(Baseline baseline, TransmitPolicy policy, ActivationCodec wanted) {
        return measured.stream()
                .filter(each -> each.contestant().baseline() == baseline
                        && each.contestant().setting().policy() == policy
                        && each.contestant().setting().codec() == wanted)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the papers' experiment needs the policies fifo, molink and fair, and %s is missing"
                                .formatted(policy)));
    }
}
