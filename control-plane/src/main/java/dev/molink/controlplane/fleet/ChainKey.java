package dev.molink.controlplane.fleet;

import dev.molink.proto.node.v1.Hello;
import java.util.Comparator;

/** Nodes with the same pipeline name and model form one chain. */
record ChainKey(String model, String pipeline) implements Comparable<ChainKey> {

    private static final Comparator<ChainKey> ORDER =
            Comparator.comparing(ChainKey::pipeline).thenComparing(ChainKey::model);

    static ChainKey of(Hello hello) {
        return new ChainKey(hello.getModel().getName(), hello.getPipeline());
    }

    @Override
    public int compareTo(ChainKey other) {
        return ORDER.compare(this, other);
    }
}
