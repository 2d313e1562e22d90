package dev.molink.stagenode.journal;

import dev.molink.proto.node.v1.StagePlace;
import dev.molink.stagenode.journal.RequestCounts.Rows;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Writes counts of one row each until it is killed, and prints how many are on the disk. */
final class CountingProcess {

    private CountingProcess() {}

    public static void main(String[] arguments) throws Exception {
        CounterJournal journal = CounterJournal.open(
                Path.of(arguments[0]),
                StagePlace.newBuilder().setEndLayer(4).setModelLayers(4).build());
        for (long row = 1; ; row++) {
            journal.add(new RequestCounts("request-" + row / 5, 1, new Rows(1, 0, 0, 0, 0, 0), 0, 0, 0, 0));
            if (row % 10 == 0) {
                journal.flush().get(20, TimeUnit.SECONDS);
                System.out.println(row);
                System.out.flush();
            }
        }
    }
}
