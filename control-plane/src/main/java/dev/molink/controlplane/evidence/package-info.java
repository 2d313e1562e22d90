/** What the stages counted for requests, as they told it themselves: what bills are proved against and cost is computed from. */
@NullMarked
package dev.molink.controlplane.evidence;

import org.jspecify.annotations.NullMarked;
