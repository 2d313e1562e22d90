package dev.molink.stagenode.pipeline;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures all links of a pipeline at the same time, before it is formed. */
final class LinkSurvey {

    private static final Logger log = LoggerFactory.getLogger(LinkSurvey.class);
    private static final double NANOS_PER_MILLI = 1e6;

    private final Measuring measuring;

    /** Measures one link. */
    @FunctionalInterface
    interface Measuring {

        /**
         * Measures the link from a stage to the next one, or from the last to the head.
         *
         * @throws StatusException if it cannot be measured, as the other exception says it
         * @throws StatusRuntimeException if a stage could not be asked
         */
        LinkRate measure(int from, int to) throws StatusException, InterruptedException;
    }

    LinkSurvey(Measuring measuring) {
        this.measuring = measuring;
    }

    /** The links of a pipeline, by the stage that sends on them; one that cannot be measured is unknown. */
    List<LinkRate> links(int stages) throws InterruptedException {
        if (stages == 1) {
            return List.of(LinkRate.UNKNOWN);
        }
        try (ExecutorService each = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("link-survey-", 0).factory())) {
            List<Future<LinkRate>> measured = new ArrayList<>();
            for (int from = 0; from < stages; from++) {
                int stage = from;
                int to = (from + 1) % stages;
                measured.add(each.submit(() -> link(stage, to)));
            }
            List<LinkRate> links = new ArrayList<>();
            for (Future<LinkRate> link : measured) {
                links.add(result(link));
            }
            return links;
        }
    }

    private LinkRate link(int from, int to) throws InterruptedException {
        try {
            LinkRate rate = measuring.measure(from, to);
            log.info(
                    "link from stage {} to {}: {}{} ms one way",
                    from,
                    to,
                    rate.bytesPerSecond() == 0 ? "" : CodecChoice.text(rate.bytesPerSecond()) + ", ",
                    String.format(Locale.ROOT, "%.2f", rate.oneWayNanos() / NANOS_PER_MILLI));
            return rate;
        } catch (StatusException | StatusRuntimeException e) {
            log.warn("link from stage {} to {} counts as unknown, it could not be measured: {}", from, to, why(e));
            return LinkRate.UNKNOWN;
        }
    }

    private static String why(Exception e) {
        Status status = Status.fromThrowable(e);
        return status.getDescription() == null ? status.getCode().toString() : status.getDescription();
    }

    private static LinkRate result(Future<LinkRate> link) throws InterruptedException {
        try {
            return link.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a link's measurement failed: " + e.getCause(), e.getCause());
        }
    }
}
