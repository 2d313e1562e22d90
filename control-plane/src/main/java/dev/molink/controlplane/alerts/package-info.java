/** What somebody has to be told, and the signed webhooks that tell it. */
@NullMarked
package dev.molink.controlplane.alerts;

import org.jspecify.annotations.NullMarked;
