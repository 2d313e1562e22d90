/** Lists that are read a page at a time, from a cursor on. */
@NullMarked
package dev.molink.controlplane.paging;

import org.jspecify.annotations.NullMarked;
