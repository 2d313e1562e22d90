package dev.molink.bench.fleet;

import dev.molink.stagenode.plan.LinkTraffic;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.transmit.PrefillFlows;
import dev.molink.stagenode.transmit.PrefillFlows.Flow;
import dev.molink.stagenode.transmit.TransmitClass;
import dev.molink.stagenode.transmit.TransmitMessage;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * From a stage to the next one: plans as control messages, hidden states of true size. The last layer of a prefill piece
 * is computed in tiles of rows, and each goes as soon as it is there.
 */
final class InnerExit implements StageExit {

    /** Rows of such a tile. */
    static final int TILE_ROWS = 64;

    private final VirtualClock clock;
    private final VirtualLink link;
    private final VirtualStage next;
    private final HiddenRows rows;
    private final Consumer<StepOutcome> failures;
    private final Consumer<StageReport> reports;
    private final PrefillFlows flows = new PrefillFlows();

    InnerExit(
            VirtualClock clock,
            VirtualLink link,
            VirtualStage next,
            HiddenRows rows,
            Consumer<StepOutcome> failures,
            Consumer<StageReport> reports) {
        this.clock = clock;
        this.link = link;
        this.next = next;
        this.rows = rows;
        this.failures = failures;
        this.reports = reports;
    }

    @Override
    public void forward(StepPlan plan) {
        flows.follow(plan);
        StepPlan bare = plan.forLaterStages();
        link.add(TransmitClass.CONTROL, WireSizes.plan(plan), () -> next.plan(bare));
    }

    @Override
    public void computes(StepPlan plan, long nanos) {
        if (plan.rows().isEmpty()) {
            return;
        }
        if (plan.kind() == StepKind.PREFILL) {
            sendInTiles(plan, Objects.requireNonNull(flows.take(plan.stepId())), nanos);
        } else {
            clock.after(nanos, () -> link.add(TransmitClass.DECODE, rows.bytes(plan.tokens()), () -> arrived(plan)));
        }
    }

    private void sendInTiles(StepPlan plan, Flow flow, long nanos) {
        int tiles = rows.tiles(plan.tokens());
        long[] id = new long[1];
        clock.after(rows.finalNanos(1, tiles, nanos), () -> id[0] = addPrefill(plan, flow));
        for (int tile = 2; tile <= tiles; tile++) {
            long readyBytes = rows.bytes(rows.rowsAfter(tile, plan.tokens()));
            clock.after(rows.finalNanos(tile, tiles, nanos), () -> link.extend(id[0], readyBytes));
        }
    }

    private long addPrefill(StepPlan plan, Flow flow) {
        TransmitMessage message = new TransmitMessage(
                link.nextId(),
                TransmitClass.PREFILL,
                rows.bytes(plan.tokens()),
                rows.bytes(rows.rowsAfter(1, plan.tokens())),
                flow.id(),
                rows.bytes(flow.laterRows()));
        link.add(message, () -> arrived(plan));
        return message.id();
    }

    private void arrived(StepPlan plan) {
        next.hiddenState(plan.epoch(), plan.stepId());
    }

    @Override
    public void decodeRuns(boolean running) {
        link.decodeRuns(running);
    }

    @Override
    public void report(StepOutcome outcome) {
        failures.accept(outcome);
    }

    @Override
    public void measured(StageReport report) {
        reports.accept(report.withLink(link.rate(), LinkTraffic.NONE));
    }
}
