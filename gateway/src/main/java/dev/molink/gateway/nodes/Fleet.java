package dev.molink.gateway.nodes;

import dev.molink.proto.node.v1.FormPipeline;
import dev.molink.proto.node.v1.Heartbeat;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.node.v1.PipelineReport;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the gateway needs of the registry of nodes. Safe for any number of threads. */
public interface Fleet {

    /** Takes a node in. Returns why not, in a sentence that names both sides, or null. */
    @Nullable String register(Hello hello);

    void heartbeat(String nodeId, Heartbeat beat);

    void report(PipelineReport report);

    void remove(String nodeId, String reason);

    /** Removes the nodes that missed three heartbeats and names them. */
    List<String> expire();

    /** Chains that cover every layer but are not formed; each is for its head, the node of the first stage. */
    List<FormPipeline> formable();

    /** Pipelines that serve the model now. */
    List<ServingPipeline> serving(String model);

    /** The model as its nodes announce it; empty when no node carries any layer of it. */
    Optional<KnownModel> model(String name);

    List<KnownModel> models();

    /** @param textSha256 empty when the model has no text */
    record KnownModel(ModelIdentity identity, String textSha256, long firstSeenUnixSeconds) {}
}
