package dev.molink.gateway.usage;

import dev.molink.controlplane.usage.UsageListener;
import dev.molink.controlplane.usage.UsageRecord;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Counts what was settled, so that metrics and books tell the same. */
@Component
final class GatewayMeters implements UsageListener {

    private final MeterRegistry registry;

    GatewayMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void stored(UsageRecord usage) {
        Tags model = Tags.of("model", usage.model());
        Tags request = model.and("endpoint", usage.origin().endpoint(), "outcome", outcome(usage));
        registry.counter(GatewayMetric.REQUESTS.metricName(), request).increment();
        registry.timer(GatewayMetric.REQUEST_DURATION.metricName(), request)
                .record(Duration.between(usage.receivedAt(), usage.finishedAt()));
        tokens(model, "input", usage.promptTokens());
        tokens(model, "output", usage.generatedTokens());
        if (usage.firstTokenAt() != null) {
            registry.timer(GatewayMetric.TIME_TO_FIRST_TOKEN.metricName(), model)
                    .record(Duration.between(usage.receivedAt(), usage.firstTokenAt()));
            timePerToken(usage, model, Duration.between(usage.firstTokenAt(), usage.finishedAt()));
        }
    }

    private void timePerToken(UsageRecord usage, Tags model, Duration afterFirst) {
        long later = usage.generatedTokens() - 1;
        if (usage.finishReasons().size() == 1 && later > 0) {
            registry.timer(GatewayMetric.TIME_PER_OUTPUT_TOKEN.metricName(), model)
                    .record(afterFirst.dividedBy(later));
        }
    }

    private void tokens(Tags model, String type, long count) {
        registry.counter(GatewayMetric.TOKENS.metricName(), model.and("gen_ai.token.type", type))
                .increment((double) count);
    }

    private static String outcome(UsageRecord usage) {
        return usage.failureCode() != null || usage.finishReasons().isEmpty()
                ? "failed"
                : usage.finishReasons().getFirst();
    }
}
