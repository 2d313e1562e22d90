/** Figures of the whole product on this machine, as the README states them. */
@NullMarked
package dev.molink.cli.figures;

import org.jspecify.annotations.NullMarked;
