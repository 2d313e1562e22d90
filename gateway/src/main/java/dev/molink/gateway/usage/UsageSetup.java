package dev.molink.gateway.usage;

import dev.molink.controlplane.admission.LimitSettings;
import dev.molink.controlplane.journal.JournalFolder;
import dev.molink.controlplane.usage.UsageJournal;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class UsageSetup {

    @Bean
    UsageSettlement usageSettlement(
            UsageJournal journal,
            JournalFolder folder,
            Accounting.Codec codec,
            UsageSettings settings,
            LimitSettings limits,
            Clock clock) {
        settings.requireShorterThan(limits.settlementGrace());
        return new UsageSettlement(journal, folder, codec, settings.grace(), clock);
    }

    @Bean
    MeterBinder journalMeters(JournalFolder folder) {
        return new JournalMeters(folder);
    }
}
