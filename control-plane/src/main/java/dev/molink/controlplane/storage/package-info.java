/** Where the state lies: the database and the data folder. */
@NullMarked
package dev.molink.controlplane.storage;

import org.jspecify.annotations.NullMarked;
