package dev.molink.gateway.usage;

import dev.molink.controlplane.journal.JournalFolder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** Shows how much of what was used the database does not know yet. */
final class JournalMeters implements MeterBinder {

    private final JournalFolder folder;

    JournalMeters(JournalFolder folder) {
        this.folder = folder;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(
                registry,
                GatewayMetric.REQUESTS_UNDER_WAY,
                journals -> journals.requests().underWay());
        gauge(
                registry,
                GatewayMetric.JOURNAL_RECORDS,
                journals -> journals.usage().waiting());
        gauge(
                registry,
                GatewayMetric.JOURNAL_BYTES,
                journals -> journals.usage().bytes());
        gauge(
                registry,
                GatewayMetric.JOURNAL_DAMAGES,
                journals -> journals.usage().damaged());
        gauge(
                registry,
                GatewayMetric.JOURNAL_REFUSED,
                journals -> journals.refused().waiting());
        gauge(
                registry,
                GatewayMetric.EVIDENCE_REFUSED,
                journals -> journals.refusedEvidence().waiting());
    }

    private void gauge(MeterRegistry registry, GatewayMetric metric, ToDoubleFunction<JournalFolder> value) {
        registry.gauge(metric.metricName(), folder, value);
    }
}
