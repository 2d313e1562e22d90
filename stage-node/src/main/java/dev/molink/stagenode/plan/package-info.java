/** What the head decides and stages obey: immutable step plans and their outcomes. */
@NullMarked
package dev.molink.stagenode.plan;

import org.jspecify.annotations.NullMarked;
