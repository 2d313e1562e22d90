/** What every model file format shares: checked configuration values, tensor headers, errors that name the file. */
@NullMarked
package dev.molink.stagenode.model.format;

import org.jspecify.annotations.NullMarked;
