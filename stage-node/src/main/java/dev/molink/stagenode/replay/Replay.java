package dev.molink.stagenode.replay;

import java.util.List;
import java.util.Optional;

/** Tells a fresh machine what another one was told, and compares every answer. */
public final class Replay {

    private Replay() {}

    /** The first event, from 0 on, to which the fresh machine answered something else. */
    public record Difference(int event, Object recorded, Object replayed) {}

    /** Empty where all answers are equal. */
    public static <M> Optional<Difference> firstDifference(List<LogEntry<M>> log, M fresh) {
        for (int event = 0; event < log.size(); event++) {
            LogEntry<M> entry = log.get(event);
            Object replayed = entry.event().applyTo(fresh);
            if (!replayed.equals(entry.answer())) {
                return Optional.of(new Difference(event, entry.answer(), replayed));
            }
        }
        return Optional.empty();
    }
}
