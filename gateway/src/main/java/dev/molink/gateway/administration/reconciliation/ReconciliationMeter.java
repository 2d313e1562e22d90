package dev.molink.gateway.administration.reconciliation;

import dev.molink.controlplane.RepeatedTask;
import dev.molink.controlplane.reconciliation.Reconciliations;
import dev.molink.gateway.usage.GatewayMetric;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** {@link GatewayMetric#RECONCILIATION_DIFFERENCE} as a gauge. */
@Configuration(proxyBeanMethods = false)
class ReconciliationMeter {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    /** Read now and then, so that nobody who looks at metrics waits for the database. */
    private volatile double newest = Double.NaN;

    @Bean
    RepeatedTask reconciliationMeterTask(Reconciliations reconciliations, MeterRegistry registry) {
        Gauge.builder(GatewayMetric.RECONCILIATION_DIFFERENCE.metricName(), this, meter -> meter.newest)
                .strongReference(true)
                .register(registry);
        return new RepeatedTask("reconciliation-meter", INTERVAL, () -> newest = reconciliations.differences());
    }
}
