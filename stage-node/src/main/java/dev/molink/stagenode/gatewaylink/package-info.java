/** The streams that a node keeps to the gateways: registration, requests down, tokens and reports up. */
@NullMarked
package dev.molink.stagenode.gatewaylink;

import org.jspecify.annotations.NullMarked;
