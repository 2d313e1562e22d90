/** The accounts of the installation: who has one, and who is kept out. */
@NullMarked
package dev.molink.gateway.administration.accounts;

import org.jspecify.annotations.NullMarked;
