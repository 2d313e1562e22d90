/** The proof of the audit log, through a running gateway or on its database. */
@NullMarked
package dev.molink.cli.audit;

import org.jspecify.annotations.NullMarked;
