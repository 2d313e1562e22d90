package dev.molink.bench.links;

import dev.molink.bench.fleet.RealFleet;
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

    /** @param progress takes what is being done, from several threads */
    public LinksRun(LinksSetup setup, Consumer<String> progress) {
        this.setup = setup;
        this.progress = progress;
    }

    public LinksOutcome run(ClockChoice clock) throws InterruptedException {
        try (FleetRuns runs =
                new FleetRuns(setup.text().fleet(), Runtime.getRuntime().availableProcessors())) {
            LinksExperiment experiment = experiment(runs);
            List<Contestant> contestants = experiment.contestants(setup.policies(), setup.codecs());
            List<Measured> measured = clock == ClockChoice.REAL
                    ? experiment.measure(contestants, new RealFleet())
                    : experiment.measure(contestants);
            LinksReport report = new LinksReport(
                    setup.describe(clock.toString()),
                    measured.stream().map(Measured::result).toList());
            return new LinksOutcome(report, measured, gains(experiment), comparison(clock, runs, contestants, report));
        }
    }

    private LinksExperiment experiment(FleetRuns runs) {
        Goodput goodput = new Goodput(
                setup.text().fleet(),
                setup.workload(),
                setup.limits(),
                setup.requests(),
                GOODPUT_PRECISION,
                setup.requestsPerSecond());
        return new LinksExperiment(
                runs,
                setup.fleet(),
                setup.sample().arrivals(),
                setup.prices(),
                setup.searchGoodput() ? goodput : null,
                progress);
    }

    private List<Step> gains(LinksExperiment experiment) throws InterruptedException {
        boolean both = setup.policies().containsAll(List.of(TransmitPolicy.MOLINK, TransmitPolicy.FAIR));
        return both ? experiment.gains(setup.codecs().getFirst()) : List.of();
    }

    private List<String> comparison(ClockChoice clock, FleetRuns runs, List<Contestant> contestants, LinksReport report)
            throws InterruptedException {
        if (clock != ClockChoice.BOTH) {
            return List.of();
        }
        LinksExperiment real = new LinksExperiment(
                runs,
                setup.fleet(),
                setup.sample().arrivals(),
                setup.prices(),
                null,
                line -> progress.accept("on the real clock: " + line));
        List<Result> again = real.measure(contestants, new RealFleet()).stream()
                .map(Measured::result)
                .toList();
        return ClockComparison.lines(report.results(), again);
    }
}
