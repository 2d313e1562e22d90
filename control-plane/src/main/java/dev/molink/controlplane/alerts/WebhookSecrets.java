package dev.molink.controlplane.alerts;

import dev.molink.controlplane.keys.Peppers;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of webhooks: the digest of their ids under the pepper of the time of their creation. So a stolen database
 * signs nothing, and the secret need not be stored.
 */
final class WebhookSecrets {

    private static final String PURPOSE = "webhook secret ";

    private final Peppers peppers;

    WebhookSecrets(Peppers peppers) {
        this.peppers = peppers;
    }

    /** @throws IllegalStateException when the pepper was removed from its file */
    String hex(Webhook webhook) {
        @Nullable String digest = peppers.digests(PURPOSE + webhook.webhookId()).get(webhook.pepperId());
        if (digest == null) {
            throw new IllegalStateException("the pepper '%s' of webhook %s is gone; make the webhook anew"
                    .formatted(webhook.pepperId(), webhook.webhookId()));
        }
        return digest;
    }
}
