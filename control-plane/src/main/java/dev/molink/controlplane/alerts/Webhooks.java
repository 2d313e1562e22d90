package dev.molink.controlplane.alerts;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.Names;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.keys.Peppers;
import dev.molink.controlplane.outbound.OutboundHttp;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Creates, lists and deletes webhooks. Changes hold for what is raised after them, on every replica. */
public final class Webhooks {

    private static final int MOST = 20;

    private final AlertTable table;
    private final Alerts alerts;
    private final WebhookSecrets secrets;
    private final Peppers peppers;
    private final OutboundHttp http;
    private final Identifiers identifiers;
    private final InstantSource clock;

    Webhooks(
            AlertTable table,
            Alerts alerts,
            WebhookSecrets secrets,
            Peppers peppers,
            OutboundHttp http,
            Identifiers identifiers,
            InstantSource clock) {
        this.table = table;
        this.alerts = alerts;
        this.secrets = secrets;
        this.peppers = peppers;
        this.http = http;
        this.identifiers = identifiers;
        this.clock = clock;
    }

    /**
     * Creates a webhook.
     *
     * @param organizationId whose alerts it gets; null: all
     * @param kinds empty: all
     * @throws RefusedException when the address or the name is not allowed, or there are too many
     */
    public CreatedWebhook create(@Nullable String organizationId, String name, String url, Set<AlertKind> kinds) {
        Webhook webhook = new Webhook(
                identifiers.next("hook"),
                organizationId,
                Names.require("a webhook", name),
                http.require(url),
                kinds,
                peppers.currentId(),
                clock.instant().truncatedTo(ChronoUnit.MICROS));
        if (list(organizationId, organizationId == null).size() >= MOST) {
            throw new RefusedException(
                    Reason.INVALID_VALUE, "there are %d webhooks already, which is the most".formatted(MOST));
        }
        table.insert(webhook);
        return new CreatedWebhook(webhook, Signature.secretText(secrets.hex(webhook)));
    }

    /** Those of the organization, and of the installation where asked for, the oldest first. */
    public List<Webhook> list(@Nullable String organizationId, boolean withInstallation) {
        return table.webhooks(organizationId, withInstallation);
    }

    /** @throws RefusedException when there is none that the organization, or the installation where asked for, has */
    public Webhook find(String webhookId, String organizationId, boolean withInstallation) {
        return list(organizationId, withInstallation).stream()
                .filter(webhook -> webhook.webhookId().equals(webhookId))
                .findFirst()
                .orElseThrow(
                        () -> new RefusedException(Reason.NOT_FOUND, "there is no webhook '%s'".formatted(webhookId)));
    }

    public void delete(Webhook webhook) {
        table.delete(webhook.webhookId(), clock.instant());
    }

    /** Sends it an alert of kind {@link AlertKind#TEST}. */
    public void test(Webhook webhook) {
        alerts.raiseTest(webhook);
    }

    /** The newest {@code limit} deliveries, the newest first. */
    public List<Delivery> deliveries(Webhook webhook, int limit) {
        return table.deliveries(webhook.webhookId(), limit);
    }
}
