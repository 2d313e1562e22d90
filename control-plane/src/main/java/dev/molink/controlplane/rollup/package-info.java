/** Sums over usage by hour and day, kept by the settlement itself, and the questions that they answer. */
@NullMarked
package dev.molink.controlplane.rollup;

import org.jspecify.annotations.NullMarked;
