/** Files in the data folder that keep what the database cannot take at the moment, and which requests are under way. */
@NullMarked
package dev.molink.controlplane.journal;

import org.jspecify.annotations.NullMarked;
