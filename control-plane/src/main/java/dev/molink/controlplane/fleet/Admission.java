package dev.molink.controlplane.fleet;

import java.util.List;

/** Whether a node was taken in. */
public sealed interface Admission {

    /** @param replacedNodeIds nodes whose place it takes: itself before it connected anew, or another at its address */
    record Accepted(List<String> replacedNodeIds) implements Admission {
        public Accepted {
            replacedNodeIds = List.copyOf(replacedNodeIds);
        }
    }

    /** @param reason a sentence that names both sides */
    record Refused(String reason) implements Admission {}
}
