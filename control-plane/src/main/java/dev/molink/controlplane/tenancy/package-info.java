/** Organizations and their projects. */
@NullMarked
package dev.molink.controlplane.tenancy;

import org.jspecify.annotations.NullMarked;
