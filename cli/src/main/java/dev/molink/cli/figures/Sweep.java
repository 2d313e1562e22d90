package dev.molink.cli.figures;

import dev.molink.bench.engine.ClosedLoop;
import dev.molink.bench.engine.EngineReport.Point;
import dev.molink.bench.engine.EngineReport.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/**
 * Deployments under rising load. All settings are measured in turns, several times, and each is told by the round with the
 * median tokens/s: what else the machine does meanwhile meets all of them alike.
 */
final class Sweep {

    private static final int ROUNDS = 3;
    private static final int LEAST_REQUESTS = 8;
    private static final int REQUESTS_PER_CLIENT = 2;

    private Sweep() {}

    /**
     * A deployment that is warm.
     *
     * @param name such as {@code 2 stages}
     * @param bubbleShares of its stages lately
     */
    record Subject(String name, ClosedLoop loop, Callable<List<Double>> bubbleShares) {

        private Point measure(int clients) throws Exception {
            ClosedLoop.Outcome outcome = loop.run(clients, Math.max(LEAST_REQUESTS, REQUESTS_PER_CLIENT * clients));
            return new Point(outcome, bubbleShares.call());
        }
    }

    /** One series for each subject. */
    static List<Series> measure(List<Integer> clients, List<Subject> subjects) throws Exception {
        List<List<Point>> points =
                subjects.stream().map(_ -> (List<Point>) new ArrayList<Point>()).toList();
        for (int each : clients) {
            List<List<Point>> rounds = rounds(each, subjects);
            for (int i = 0; i < points.size(); i++) {
                points.get(i).add(median(rounds.get(i)));
            }
        }
        return IntStream.range(0, subjects.size())
                .mapToObj(i -> new Series(subjects.get(i).name(), points.get(i)))
                .toList();
    }

    /** Of each subject. */
    private static List<List<Point>> rounds(int clients, List<Subject> subjects) throws Exception {
        List<List<Point>> rounds =
                subjects.stream().map(_ -> (List<Point>) new ArrayList<Point>()).toList();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < rounds.size(); i++) {
                rounds.get(i).add(subjects.get(i).measure(clients));
            }
        }
        return rounds;
    }

    private static Point median(List<Point> rounds) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(point -> point.outcome().tokensPerSecond()))
                .toList()
                .get(rounds.size() / 2);
    }
}
