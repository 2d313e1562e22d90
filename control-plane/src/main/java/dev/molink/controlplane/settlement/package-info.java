/** What a settled request is charged, by the price that was frozen when it was admitted. */
@NullMarked
package dev.molink.controlplane.settlement;

import org.jspecify.annotations.NullMarked;
