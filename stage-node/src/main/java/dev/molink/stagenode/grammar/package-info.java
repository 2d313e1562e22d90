/** Structured output: what a text may be, as an automaton over bytes, and the tokens that may come next. */
@NullMarked
package dev.molink.stagenode.grammar;

import org.jspecify.annotations.NullMarked;
