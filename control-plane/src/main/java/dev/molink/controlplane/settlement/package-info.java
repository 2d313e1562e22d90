/** What the end of a request changes in the books, all in one transaction. */
@NullMarked
package dev.molink.controlplane.settlement;

import org.jspecify.annotations.NullMarked;
