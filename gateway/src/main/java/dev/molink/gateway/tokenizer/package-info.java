/** Turns text into token ids and token ids back into text, one stream at a time. */
@NullMarked
package dev.molink.gateway.tokenizer;

import org.jspecify.annotations.NullMarked;
