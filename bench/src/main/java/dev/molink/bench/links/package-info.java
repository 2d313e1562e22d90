/** The experiment of the MoLink papers: transmit policies, codecs and batching rules on the same arrivals. */
@NullMarked
package dev.molink.bench.links;

import org.jspecify.annotations.NullMarked;
