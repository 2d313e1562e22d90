package dev.molink.gateway.management;

import dev.molink.controlplane.journal.JournalFolder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Ready means as well that the end of one more request could be recorded. */
@Component("journal")
final class JournalHealth implements HealthIndicator {

    private final JournalFolder folder;

    JournalHealth(JournalFolder folder) {
        this.folder = folder;
    }

    @Override
    public Health health() {
        Health.Builder health = folder.refusal()
                .map(reason -> Health.down().withDetail("reason", reason))
                .orElseGet(Health::up);
        return health.withDetail("underWay", folder.requests().underWay())
                .withDetail("records", folder.usage().waiting())
                .withDetail("bytes", folder.usage().bytes())
                .withDetail("refused", folder.refused().waiting())
                .build();
    }
}
