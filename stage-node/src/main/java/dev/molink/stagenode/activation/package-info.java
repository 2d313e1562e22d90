/** Memory of hidden states that wait: on their way out of a stage, and at a stage before their step runs. */
@NullMarked
package dev.molink.stagenode.activation;

import org.jspecify.annotations.NullMarked;
