/** The only package that touches JCuda. */
@NullMarked
package dev.molink.kernels.cuda;

import org.jspecify.annotations.NullMarked;
