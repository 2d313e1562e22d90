package dev.molink.bench.links;

import dev.molink.bench.fleet.FleetSetting;
import dev.molink.bench.links.Workload.Sample;
import dev.molink.bench.relay.LinkShape;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.codec.CodecOption;
import dev.molink.stagenode.speculation.SpeculationOption;
import dev.molink.stagenode.transmit.TransmitPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One experiment.
 *
 * @param modelName how the model was asked for
 * @param fleet its policy, codec, tensors and batching are the contestants' own; batching is that of ours
 * @param text of the requests; the real clock knows random ones only
 * @param codecs of what is not as published, the first one being ours
 * @param searchGoodput whether each contestant's goodput is looked for
 */
public record LinksSetup(
        String modelName,
        FleetSetting fleet,
        Workload workload,
        double requestsPerSecond,
        int requests,
        TextChoice text,
        List<TransmitPolicy> policies,
        List<ActivationCodec> codecs,
        Prices prices,
        ServiceLimits limits,
        boolean searchGoodput) {

    public LinksSetup {
        policies = List.copyOf(policies);
        codecs = List.copyOf(codecs);
        if (fleet.stages() < 2 || fleet.stages() > fleet.model().layers()) {
            throw new IllegalArgumentException("%d stages have no links to compare on, or no layers; 2 to %d do"
                    .formatted(fleet.stages(), fleet.model().layers()));
        }
        if (!(requestsPerSecond > 0) || requests < 1) {
            throw new IllegalArgumentException("%d requests at %s a second are no load; both must be above 0"
                    .formatted(requests, requestsPerSecond));
        }
    }

    /** The same over other links with other load, codecs and texts; texts that repeat come with speculation. */
    LinksSetup with(LinkShape link, double otherRequestsPerSecond, TextChoice otherText, CodecOption... options) {
        List<ActivationCodec> chosen = Stream.of(options)
                .map(option -> option.choose(Math.round(link.bytesPerSecond())))
                .distinct()
                .toList();
        FleetSetting linked = fleet.with(link);
        return new LinksSetup(
                modelName,
                otherText == TextChoice.REPEATING ? linked.with(new SpeculationOption.Auto()) : linked,
                workload,
                otherRequestsPerSecond,
                requests,
                otherText,
                policies,
                chosen,
                prices,
                limits,
                searchGoodput);
    }

    LinksSetup withoutGoodput() {
        return new LinksSetup(
                modelName, fleet, workload, requestsPerSecond, requests, text, policies, codecs, prices, limits, false);
    }

    /** What the contestants serve. */
    public Sample sample() {
        return workload.thinned(requestsPerSecond, requests, fleet.model().contextTokens());
    }

    /** For the report, by name. */
    Map<String, Object> describe(String clock) {
        Map<String, Object> setting = new LinkedHashMap<>();
        setting.put("clock", clock);
        setting.put("stages", fleet.stages());
        setting.put("device", "sim:" + fleet.device().name());
        setting.put("model", modelName);
        setting.put("rateMbit", fleet.link().bytesPerSecond() * 8 / 1e6);
        setting.put("delayMs", fleet.link().delay().toNanos() / 1e6);
        setting.put("trace", workload.name());
        setting.put("rps", requestsPerSecond);
        setting.put("requests", requests);
        setting.put("cutPrompts", sample().cut());
        setting.put("text", text.toString());
        setting.put("speculation", fleet.speculation().toString());
        setting.put("ttftLimitMs", limits.ttftMillis());
        setting.put("tpotLimitMs", limits.tpotMillis());
        setting.put("nodePricePerHour", prices.nodePerHour());
        setting.put("inputPricePerMillion", prices.inputPerMillion());
        setting.put("outputPricePerMillion", prices.outputPerMillion());
        setting.put("seed", fleet.seed());
        return setting;
    }
}
