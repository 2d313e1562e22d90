/** What nodes cost, and what is left of what requests earn. */
@NullMarked
package dev.molink.gateway.administration.profit;

import org.jspecify.annotations.NullMarked;
