package dev.molink.controlplane.alerts;

/**
 * A new webhook and the secret that signs what it gets.
 *
 * @param secret shown this once, in the form {@code whsec_…} of the Standard Webhooks specification
 */
public record CreatedWebhook(Webhook webhook, String secret) {

    @Override
    public String toString() {
        return "CreatedWebhook[%s]".formatted(webhook.webhookId());
    }
}
