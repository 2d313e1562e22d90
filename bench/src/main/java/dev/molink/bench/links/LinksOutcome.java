package dev.molink.bench.links;

import dev.molink.bench.links.LinksExperiment.Step;
import java.util.List;

/**
 * All that one call found out.
 *
 * @param measured in the order of the report's results
 * @param gains empty unless both MoLink's policy and ours were asked for
 * @param comparison lines that set both clocks side by side; empty where only one ran
 */
public record LinksOutcome(LinksReport report, List<Measured> measured, List<Step> gains, List<String> comparison) {

    public LinksOutcome {
        measured = List.copyOf(measured);
        gains = List.copyOf(gains);
        comparison = List.copyOf(comparison);
    }
}
