/** What the gateway knows of each model's text: uploaded by nodes, kept by hash, turned into tokenizer and template. */
@NullMarked
package dev.molink.gateway.text;

import org.jspecify.annotations.NullMarked;
