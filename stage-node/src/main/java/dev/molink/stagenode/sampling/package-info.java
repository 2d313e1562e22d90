/** From logits to a token: parameters in their fixed order, and random numbers that depend on nothing but counters. */
@NullMarked
package dev.molink.stagenode.sampling;

import org.jspecify.annotations.NullMarked;
