package dev.molink.controlplane.fleet;

/** Something that happened to the fleet. */
public sealed interface FleetEvent {

    record NodeJoined(String nodeId, String pipeline, String model, LayerRange layers) implements FleetEvent {}

    record NodeLeft(String nodeId, String pipeline, String model, String reason) implements FleetEvent {}

    /** Every layer is held; the head can form the pipeline. */
    record PipelineCompleted(String pipeline, String model) implements FleetEvent {}

    /** A pipeline that was complete is not any more. */
    record PipelineBroken(String pipeline, String model, String missing) implements FleetEvent {}
}
