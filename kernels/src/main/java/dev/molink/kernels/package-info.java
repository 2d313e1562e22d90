/** Tensors, number formats and the operations of a decoder layer, by interchangeable providers. */
@NullMarked
package dev.molink.kernels;

import org.jspecify.annotations.NullMarked;
