/** The stage process: flags, start, registration, orderly stop. */
@NullMarked
package dev.molink.stagenode.node;

import org.jspecify.annotations.NullMarked;
