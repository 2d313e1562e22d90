package dev.molink.gateway.administration.reconciliation;

import dev.molink.controlplane.RepeatedTask;
import dev.molink.controlplane.reconciliation.Reconciliations;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** {@code molink.reconciliation.difference}: what the newest comparisons of the books left unexplained; must be 0. */
@Configuration(proxyBeanMethods = false)
class ReconciliationMeter {

    static final String NAME = "molink.reconciliation.difference";
    private static final Duration INTERVAL = Duration.ofSeconds(15);

    /** Read now and then, so that nobody who looks at metrics waits for the database. */
    private volatile double newest = Double.NaN;

    @Bean
    RepeatedTask reconciliationMeterTask(Reconciliations reconciliations, MeterRegistry registry) {
        Gauge.builder(NAME, this, meter -> meter.newest).strongReference(true).register(registry);
        return new RepeatedTask("reconciliation-meter", INTERVAL, () -> newest = reconciliations.differences());
    }
}
