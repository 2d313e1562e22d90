/** JSON schemas: what they allow, told as a language of JSON texts, or why they are refused. */
@NullMarked
package dev.molink.stagenode.grammar.schema;

import org.jspecify.annotations.NullMarked;
