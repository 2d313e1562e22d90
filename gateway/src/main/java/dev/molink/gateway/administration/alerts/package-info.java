/** Alerts and the webhooks that are told of them. */
@NullMarked
package dev.molink.gateway.administration.alerts;

import org.jspecify.annotations.NullMarked;
