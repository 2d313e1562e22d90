/** Devices that are not there: compute that is waited for by a roofline, tensors of true size. */
@NullMarked
package dev.molink.stagenode.simulation;

import org.jspecify.annotations.NullMarked;
