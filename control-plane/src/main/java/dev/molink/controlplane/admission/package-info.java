/** Whether a request may run: limits, budgets and the lease that it holds while it runs. */
@NullMarked
package dev.molink.controlplane.admission;

import org.jspecify.annotations.NullMarked;
