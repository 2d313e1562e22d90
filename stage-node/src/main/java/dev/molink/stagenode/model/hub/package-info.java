/** Fetches models from a Hugging Face hub into the cache layout that its Python client uses. */
@NullMarked
package dev.molink.stagenode.model.hub;

import org.jspecify.annotations.NullMarked;
