package dev.molink.bench.links;

import dev.molink.bench.relay.LinkShape;
import dev.molink.stagenode.codec.CodecOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The papers' setting at two rates, and what is aimed at there: slow links with 0.2 requests a second, links of ten times
 * the rate with 1.2, and once more slow ones with texts that repeat themselves.
 */
public final class PaperExperiment {

    private static final String DELAY = "15ms";
    private static final LinkShape SLOW = LinkShape.parse("100mbit", DELAY);
    private static final LinkShape FAST = LinkShape.parse("1gbit", DELAY);
    private static final double SLOW_REQUESTS = 0.2;
    private static final double FAST_REQUESTS = 1.2;

    private final LinksSetup slow;
    private final LinksSetup fast;
    private final LinksSetup repeating;
    private final Consumer<String> progress;

    /** One of its parts. */
    public record Part(String title, LinksOutcome outcome) {}

    /** All of it. */
    public record Outcome(List<Part> parts, List<Target> targets) {

        public Outcome {
            parts = List.copyOf(parts);
            targets = List.copyOf(targets);
        }
    }

    /** @param setup of which links, load, codecs and texts are replaced */
    public PaperExperiment(LinksSetup setup, Consumer<String> progress) {
        CodecOption auto = new CodecOption.Auto();
        this.slow = setup.with(SLOW, SLOW_REQUESTS, TextChoice.RANDOM, auto, CodecOption.parse("bf16"));
        this.fast = setup.with(FAST, FAST_REQUESTS, TextChoice.RANDOM, auto);
        this.repeating =
                setup.with(SLOW, SLOW_REQUESTS, TextChoice.REPEATING, auto).withoutGoodput();
        this.progress = progress;
    }

    public Outcome run() throws InterruptedException {
        List<Part> parts = new ArrayList<>();
        parts.add(part("100 Mbit/s, 0.2 requests/s", slow));
        parts.add(part("1 Gbit/s, 1.2 requests/s", fast));
        parts.add(part("100 Mbit/s, 0.2 requests/s, texts that repeat, speculation", repeating));
        List<Target> targets = new ArrayList<>();
        PaperTargets atSlow = targets(slow, parts.get(0));
        PaperTargets atFast = targets(fast, parts.get(1));
        targets.addAll(atSlow.slow());
        targets.addAll(atFast.fast());
        targets.addAll(targets(repeating, parts.get(2)).repeating());
        targets.addAll(atSlow.served("100 Mbit/s, codec auto"));
        targets.addAll(atFast.served("1 Gbit/s"));
        targets.addAll(atSlow.policyAlone("100 Mbit/s, codec auto"));
        targets.addAll(atFast.policyAlone("1 Gbit/s"));
        return new Outcome(parts, targets);
    }

    private Part part(String title, LinksSetup setup) throws InterruptedException {
        progress.accept(title);
        return new Part(title, new LinksRun(setup, progress).run(ClockChoice.VIRTUAL));
    }

    private static PaperTargets targets(LinksSetup setup, Part part) {
        return new PaperTargets(setup, part.outcome());
    }
}
