package dev.molink.cli.figures;

import dev.molink.bench.engine.ClosedLoop;
import dev.molink.bench.engine.EngineReport.Series;
import dev.molink.cli.process.Distribution;
import dev.molink.stagenode.engine.WireOptions;
import java.io.IOException;
import java.util.List;

/**
 * What decode groups bring: the same two stages with as many groups as they choose and with one, side by side and asked in
 * turns. Without gateway and HTTP, which would take the processors from the stages and hide it.
 */
final class GroupFigures {

    private static final int TOKENS = 256;
    private static final int PROMPT_TOKENS = 12;

    /** Of each client: code is compiled meanwhile, and the pipeline tries other numbers of groups. */
    private static final int WARM_UP_REQUESTS = 12;

    /** Between the first ports of the two deployments. */
    private static final int PORTS = 10;

    private final Distribution distribution;
    private final int basePort;
    private final int layers;
    private final WireOptions wire;
    private final List<Integer> clients;

    /** @param clients numbers of concurrent clients, in rising order */
    GroupFigures(Distribution distribution, int basePort, int layers, WireOptions wire, List<Integer> clients) {
        this.distribution = distribution;
        this.basePort = basePort;
        this.layers = layers;
        this.wire = wire;
        this.clients = List.copyOf(clients);
    }

    /** With groups, and with one. */
    List<Series> measure() throws Exception {
        try (BarePipeline groups = start(basePort, "auto");
                BarePipeline oneGroup = start(basePort + PORTS, "fixed:1")) {
            return Sweep.measure(clients, List.of(warm("2 stages", groups), warm("2 stages, one group", oneGroup)));
        }
    }

    private BarePipeline start(int port, String batching) throws IOException, InterruptedException {
        List<String> flags = WireFlags.with(wire, "--threads", "1", "--speculation", "off", "--batching", batching);
        return BarePipeline.start(distribution, port, layers, 2, flags);
    }

    private Sweep.Subject warm(String name, BarePipeline pipeline) throws Exception {
        ClosedLoop loop =
                new ClosedLoop(number -> pipeline.gateway().complete(PromptIds.random(number, PROMPT_TOKENS), TOKENS));
        int most = clients.getLast();
        loop.run(most, WARM_UP_REQUESTS * most);
        return new Sweep.Subject(name, loop, pipeline.gateway()::bubbleShares);
    }
}
