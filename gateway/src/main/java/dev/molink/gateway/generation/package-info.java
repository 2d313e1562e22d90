/** One request's way from checked options to text: sampling options, stop strings, detokenised deltas, usage. */
@NullMarked
package dev.molink.gateway.generation;

import org.jspecify.annotations.NullMarked;
