package dev.molink.gateway.usage;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Counts what was settled, so that metrics and books tell the same. */
@Component
final class GatewayMeters {

    private final MeterRegistry registry;

    GatewayMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void settled(UsageEntry entry) {
        Tags model = Tags.of("model", entry.model());
        Tags request = model.and("endpoint", entry.accounting().endpoint(), "outcome", outcome(entry));
        registry.counter(GatewayMetric.REQUESTS.metricName(), request).increment();
        registry.timer(GatewayMetric.REQUEST_DURATION.metricName(), request)
                .record(Duration.between(entry.receivedAt(), entry.finishedAt()));
        tokens(model, "input", entry.promptTokens());
        tokens(model, "output", entry.generatedTotal());
        if (entry.firstTokenAt() != null) {
            registry.timer(GatewayMetric.TIME_TO_FIRST_TOKEN.metricName(), model)
                    .record(Duration.between(entry.receivedAt(), entry.firstTokenAt()));
            timePerToken(entry, model, Duration.between(entry.firstTokenAt(), entry.finishedAt()));
        }
    }

    private void timePerToken(UsageEntry entry, Tags model, Duration afterFirst) {
        int later = entry.generatedTotal() - 1;
        if (entry.generatedTokens().size() == 1 && later > 0) {
            registry.timer(GatewayMetric.TIME_PER_OUTPUT_TOKEN.metricName(), model)
                    .record(afterFirst.dividedBy(later));
        }
    }

    private void tokens(Tags model, String type, int count) {
        registry.counter(GatewayMetric.TOKENS.metricName(), model.and("gen_ai.token.type", type))
                .increment(count);
    }

    private static String outcome(UsageEntry entry) {
        if (entry.failure() != null || entry.finish().isEmpty()) {
            return "failed";
        }
        return switch (entry.finish().getFirst()) {
            case FINISH_REASON_STOP -> "stop";
            case FINISH_REASON_LENGTH -> "length";
            case FINISH_REASON_CANCELLED -> "cancelled";
            case FINISH_REASON_FAILED, FINISH_REASON_UNSPECIFIED, UNRECOGNIZED -> "failed";
        };
    }
}
