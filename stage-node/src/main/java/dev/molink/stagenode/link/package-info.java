/** Long-lived links between neighbouring stages: frames, transmit queue, reassembly, heartbeats. */
@NullMarked
package dev.molink.stagenode.link;

import org.jspecify.annotations.NullMarked;
