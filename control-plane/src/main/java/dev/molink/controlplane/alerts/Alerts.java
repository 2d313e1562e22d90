package dev.molink.controlplane.alerts;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes down what somebody has to be told, once, for every webhook that wants it. */
public final class Alerts {

    private final AlertTable table;
    private final Transactions transactions;
    private final Identifiers identifiers;
    private final InstantSource clock;

    Alerts(AlertTable table, Transactions transactions, Identifiers identifiers, InstantSource clock) {
        this.table = table;
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.clock = clock;
    }

    /**
     * Raises an alert in the caller's transaction, or in one of its own: what happened and that it is told are durable
     * together.
     *
     * @param organizationId whose it is; null: the installation's
     * @param eventKey what happened, the same on every replica; when it was raised before, nothing happens
     * @return whether it is new
     */
    public boolean raise(AlertKind kind, @Nullable String organizationId, String eventKey, Map<String, String> data) {
        return transactions.run(() -> {
            Alert alert = new Alert(
                    identifiers.next("alert"),
                    organizationId,
                    kind,
                    eventKey,
                    data,
                    clock.instant().truncatedTo(ChronoUnit.MICROS));
            if (!table.insert(alert)) {
                return false;
            }
            table.webhooks(organizationId, true).stream()
                    .filter(webhook -> webhook.wants(kind))
                    .forEach(webhook -> table.insertDelivery(alert, webhook));
            return true;
        });
    }

    /** To one webhook alone, so that somebody sees whether it works. */
    void raiseTest(Webhook webhook) {
        Alert alert = new Alert(
                identifiers.next("alert"),
                webhook.organizationId(),
                AlertKind.TEST,
                identifiers.next("test"),
                Map.of("webhook_id", webhook.webhookId()),
                clock.instant().truncatedTo(ChronoUnit.MICROS));
        table.insert(alert);
        table.insertDelivery(alert, webhook);
    }

    /** The newest {@code limit} alerts of an organization, and of the installation where asked for, the oldest first. */
    public List<Alert> list(String organizationId, boolean withInstallation, int limit) {
        return table.alerts(organizationId, withInstallation, limit);
    }
}
