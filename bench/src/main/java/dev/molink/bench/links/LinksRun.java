package dev.molink.bench.links;

import dev.molink.bench.fleet.Fleet;
import dev.molink.bench.fleet.RealFleet;
import dev.molink.bench.fleet.VirtualFleet;
import dev.molink.bench.links.LinksExperiment.Step;
import dev.molink.bench.links.LinksReport.Result;
import dev.molink.stagenode.transmit.TransmitPolicy;
import java.util.List;
import java.util.function.Consumer;

/** Runs one experiment on the clocks that were asked for. What is searched is always searched on the virtual one. */
public final class LinksRun {

    private static final double GOODPUT_PRECISION = 0.03;

    private final LinksSetup setup;
    private final Consumer<String> progress;
    private final Fleet virtual = new VirtualFleet();

    /** @param progress takes what is being done */
    public LinksRun(LinksSetup setup, Consumer<String> progress) {
        this.setup = setup;
        this.progress = progress;
    }

    public LinksOutcome run(ClockChoice clock) throws InterruptedException {
        Goodput goodput = new Goodput(virtual, setup.workload(), setup.limits(), setup.requests(), GOODPUT_PRECISION);
        LinksExperiment experiment = new LinksExperiment(
                virtual,
                setup.fleet(),
                setup.sample().arrivals(),
                setup.prices(),
                setup.searchGoodput() ? goodput : null,
                progress);
        List<Contestant> contestants = experiment.contestants(setup.policies(), setup.codecs());
        Fleet first = clock == ClockChoice.REAL ? new RealFleet() : virtual;
        List<Measured> measured = experiment.measure(first, contestants);
        LinksReport report = new LinksReport(
                setup.describe(clock.toString()),
                measured.stream().map(Measured::result).toList());
        return new LinksOutcome(report, measured, gains(experiment), comparison(clock, contestants, report.results()));
    }

    private List<Step> gains(LinksExperiment experiment) throws InterruptedException {
        boolean both = setup.policies().containsAll(List.of(TransmitPolicy.MOLINK, TransmitPolicy.FAIR));
        return both ? experiment.gains(setup.codecs().getFirst()) : List.of();
    }

    private List<String> comparison(ClockChoice clock, List<Contestant> contestants, List<Result> results)
            throws InterruptedException {
        if (clock != ClockChoice.BOTH) {
            return List.of();
        }
        LinksExperiment real = new LinksExperiment(
                virtual,
                setup.fleet(),
                setup.sample().arrivals(),
                setup.prices(),
                null,
                line -> progress.accept("on the real clock: " + line));
        List<Result> again = real.measure(new RealFleet(), contestants).stream()
                .map(Measured::result)
                .toList();
        return ClockComparison.lines(results, again);
    }
}
