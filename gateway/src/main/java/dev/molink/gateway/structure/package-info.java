/** What a client may demand of an answer's form: JSON, a JSON schema, a regular expression, one of several texts. */
@NullMarked
package dev.molink.gateway.structure;

import org.jspecify.annotations.NullMarked;
