package dev.molink.gateway.nodes;

import dev.molink.proto.node.v1.FormPipeline;
import dev.molink.proto.node.v1.Heartbeat;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.proto.node.v1.StageAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

@Component
public final class FakeFleet implements Fleet {

    private final Map<String, Hello> nodes = new ConcurrentHashMap<>();
    private final Set<String> serving = ConcurrentHashMap.newKeySet();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    @Override
    public @Nullable String register(Hello hello) {
        nodes.put(hello.getNodeId(), hello);
        return null;
    }

    @Override
    public void heartbeat(String nodeId, Heartbeat beat) {}

    @Override
    public void report(PipelineReport report) {
        if (report.getState() == PipelineState.PIPELINE_STATE_SERVING) {
            serving.add(report.getPipeline());
        } else {
            serving.remove(report.getPipeline());
            asked.remove(report.getPipeline());
        }
    }

    @Override
    public void remove(String nodeId, String reason) {
        Hello gone = nodes.remove(nodeId);
        if (gone != null) {
            serving.remove(gone.getPipeline());
            asked.remove(gone.getPipeline());
        }
    }

    @Override
    public List<String> expire() {
        return List.of();
    }

    @Override
    public List<FormPipeline> formable() {
        List<FormPipeline> formable = new ArrayList<>();
        for (Hello hello : nodes.values()) {
            if (hello.getEndLayer() == hello.getModel().getLayers() && asked.add(hello.getPipeline())) {
                formable.add(FormPipeline.newBuilder()
                        .setPipeline(hello.getPipeline())
                        .addStages(StageAddress.newBuilder().setNodeId(hello.getNodeId()))
                        .build());
            }
        }
        return formable;
    }

    @Override
    public List<ServingPipeline> serving(String model) {
        return nodes.values().stream()
                .filter(hello -> hello.getModel().getName().equals(model) && serving.contains(hello.getPipeline()))
                .map(hello -> new ServingPipeline(hello.getPipeline(), model, 1, hello.getNodeId()))
                .toList();
    }

    @Override
    public Optional<KnownModel> model(String name) {
        return models().stream().filter(model -> model.identity().getName().equals(name)).findFirst();
    }

    @Override
    public List<KnownModel> models() {
        return nodes.values().stream()
                .map(hello -> new KnownModel(hello.getModel(), hello.getText().getSha256(), 1))
                .toList();
    }
}
