package dev.molink.stagenode.batching;

import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.DecodeCost;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What the stages of a pipeline have measured, as far as they have.
 *
 * @param hiddenSize elements of a row of the hidden state
 * @param rowBytes bytes of such a row on the wire, which depend on the codec
 * @param stages by index
 */
public record Measurements(int hiddenSize, long rowBytes, List<Stage> stages) {

    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * One stage.
     *
     * @param decodeStepNanos computing a decode step; 0: not measured yet
     * @param decodeCost computing a decode step by its rows
     * @param prefillTokenNanos computing one token of a piece; 0: not measured yet
     * @param link to the next stage; the last stage's is the way of the tokens to the head
     */
    public record Stage(long decodeStepNanos, DecodeCost decodeCost, long prefillTokenNanos, LinkRate link) {

        static final Stage UNKNOWN = new Stage(0, DecodeCost.UNKNOWN, 0, LinkRate.UNKNOWN);
    }

    public Measurements {
        stages = List.copyOf(stages);
        if (hiddenSize < 1 || rowBytes < 1 || stages.isEmpty()) {
            throw new IllegalArgumentException(
                    "%d stages pass on rows of %d elements in %d bytes".formatted(stages.size(), hiddenSize, rowBytes));
        }
    }

    /** Of a pipeline that has just been formed. */
    public static Measurements none(int stages, int hiddenSize, long rowBytes) {
        return new Measurements(hiddenSize, rowBytes, Collections.nCopies(stages, Stage.UNKNOWN));
    }

    /** Of a pipeline that has just been formed, whose links were measured before. */
    public static Measurements of(int hiddenSize, long rowBytes, List<LinkRate> links) {
        return new Measurements(
                hiddenSize,
                rowBytes,
                links.stream()
                        .map(link -> new Stage(0, DecodeCost.UNKNOWN, 0, link))
                        .toList());
    }

    /** These, with what one stage says now. */
    public Measurements with(StageReport report) {
        if (report.stage() < 0 || report.stage() >= stages.size()) {
            throw new IllegalArgumentException(
                    "stage %d reported; the pipeline has %d".formatted(report.stage(), stages.size()));
        }
        List<Stage> updated = new ArrayList<>(stages);
        updated.set(
                report.stage(),
                new Stage(report.decodeStepNanos(), report.decodeCost(), report.prefillTokenNanos(), report.link()));
        return new Measurements(hiddenSize, rowBytes, updated);
    }

    /** Whether every stage has computed decode steps. */
    boolean decodeMeasured() {
        return stages.stream().allMatch(stage -> stage.decodeStepNanos() > 0);
    }

    /** Whether every stage has computed decode steps and pieces. */
    boolean prefillMeasured() {
        return decodeMeasured() && stages.stream().allMatch(stage -> stage.prefillTokenNanos() > 0);
    }

    /** Whether every stage knows what a row adds to a decode step. */
    boolean decodeCostMeasured() {
        return stages.stream().allMatch(stage -> stage.decodeCost().known());
    }

    double slowestDecodeNanos(int rows) {
        return stages.stream()
                .mapToDouble(stage -> stage.decodeCost().nanos(rows))
                .max()
                .orElse(0);
    }

    double allDecodeNanos(int rows) {
        return stages.stream()
                .mapToDouble(stage -> stage.decodeCost().nanos(rows))
                .sum();
    }

    double slowestDecodeNanos() {
        return stages.stream().mapToDouble(Stage::decodeStepNanos).max().orElse(0);
    }

    double slowestPrefillTokenNanos() {
        return stages.stream().mapToDouble(Stage::prefillTokenNanos).max().orElse(0);
    }

    long allDecodeNanos() {
        return stages.stream().mapToLong(Stage::decodeStepNanos).sum();
    }

    /** One-way delays of all links, that of the tokens to the head included; unmeasured ones count as none. */
    long allDelaysNanos() {
        return stages.stream().mapToLong(stage -> stage.link().oneWayNanos()).sum();
    }

    /** Rate of the slowest link between stages; 0 where none is measured. */
    long slowestBytesPerSecond() {
        return stages.subList(0, stages.size() - 1).stream()
                .mapToLong(stage -> stage.link().bytesPerSecond())
                .filter(rate -> rate > 0)
                .min()
                .orElse(0);
    }

    /** Time that one row takes on the slowest link; 0 where none is measured. */
    double slowestRowNanos() {
        long rate = slowestBytesPerSecond();
        return rate == 0 ? 0 : rowBytes * NANOS_PER_SECOND / rate;
    }

    /** Time that one row takes on all links between stages together; unmeasured ones count as none. */
    double allRowNanos() {
        return stages.subList(0, stages.size() - 1).stream()
                .mapToLong(stage -> stage.link().bytesPerSecond())
                .filter(rate -> rate > 0)
                .mapToDouble(rate -> rowBytes * NANOS_PER_SECOND / rate)
                .sum();
    }
}
