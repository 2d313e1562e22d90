/** What serving costs, what it earns, and the margin between: exact, and unknown where evidence or a cost is missing. */
@NullMarked
package dev.molink.controlplane.profit;

import org.jspecify.annotations.NullMarked;
