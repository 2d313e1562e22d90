/**
 * What a measured gateway has besides the product: a price and limits for its tenant, and parts that are taken out. Only in a
 * process that the benchmark starts; the product has no switch that lets strangers in.
 */
@NullMarked
package dev.molink.bench.parts;

import org.jspecify.annotations.NullMarked;
