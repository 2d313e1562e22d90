package dev.molink.bench.gateway;

import java.util.List;

/**
 * One run.
 *
 * @param database such as {@code h2} or {@code postgresql}
 * @param tokens generated per request
 */
public record GatewayReport(String machine, String database, int tokens, List<Setting> settings) {

    public GatewayReport {
        settings = List.copyOf(settings);
    }

    /**
     * The gateway with all its parts, or without some.
     *
     * @param rate requests/s ÷ those of the first setting with as many clients, by load
     * @param streams empty where they were not measured
     */
    public record Setting(String name, List<LoadOutcome> loads, List<Double> rate, List<TokenOutcome> streams) {

        public Setting {
            loads = List.copyOf(loads);
            rate = List.copyOf(rate);
            streams = List.copyOf(streams);
        }
    }
}
