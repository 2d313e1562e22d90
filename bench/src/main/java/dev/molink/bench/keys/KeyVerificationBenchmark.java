package dev.molink.bench.keys;

import dev.molink.controlplane.keys.ApiKeys;
import dev.molink.controlplane.keys.IpRange;
import dev.molink.controlplane.keys.KeyRequest;
import dev.molink.controlplane.keys.KeyScope;
import dev.molink.controlplane.keys.KeyVerification;
import dev.molink.controlplane.keys.KeyVerifier;
import dev.molink.controlplane.tenancy.Tenancy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * Verifying a key that is in memory, with its last use noted, and its scope; the goal is 20 µs. The product's own services on
 * a fresh database, which is polled meanwhile as in a gateway.
 *
 * <pre>
 * ./mvnw -q -pl bench -am -Dfast -Dmaven.test.skip=true package
 * java -jar bench/target/molink-bench-0.1.0.jar KeyVerification -prof gc
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KeyVerificationBenchmark {

    private static final int IP_RANGES = 64;

    @SuppressWarnings("NullAway.Init") // JMH calls setUp before any benchmark
    private ConfigurableApplicationContext context;

    @SuppressWarnings("NullAway.Init") // as above
    private KeyVerifier verifier;

    @SuppressWarnings("NullAway.Init") // as above
    private String text;

    @SuppressWarnings("NullAway.Init") // as above
    private String otherText;

    /** Makes a key with as many address ranges as a scope takes, of which the last matches. */
    @Setup
    public void setUp() throws IOException {
        Path data = Files.createTempDirectory("molink-key-verification");
        context = new SpringApplicationBuilder(Services.class)
                .web(WebApplicationType.NONE)
                .logStartupInfo(false)
                .run("--molink.data=" + data);
        verifier = context.getBean(KeyVerifier.class);
        String projectId = context.getBean(Tenancy.class)
                .ensureProject(Tenancy.DEFAULT_ORGANIZATION, "bench")
                .projectId();
        List<IpRange> ranges = IntStream.rangeClosed(1, IP_RANGES)
                .mapToObj(number -> IpRange.of("10.%d.0.0/16".formatted(number)))
                .toList();
        KeyScope scope = new KeyScope(List.of("molink-demo"), List.of("/v1/chat/completions"), ranges);
        text = context.getBean(ApiKeys.class)
                .create(new KeyRequest(projectId, null, "bench", scope, null))
                .text();
        otherText = text.substring(0, text.length() - 1) + (text.endsWith("0") ? "1" : "0");
    }

    @TearDown
    public void tearDown() {
        context.close();
    }

    @Benchmark
    public KeyVerification known() {
        return verifier.verify(text);
    }

    /** Two requests at once with one key, on the machine's two cores. */
    @Benchmark
    @Threads(2)
    public KeyVerification knownToTwo() {
        return verifier.verify(text);
    }

    /** Must cost what a known one costs. */
    @Benchmark
    public KeyVerification unknown() {
        return verifier.verify(otherText);
    }

    /** With what the gateway asks of the scope: endpoint, address as text, model. */
    @Benchmark
    public boolean knownWithinItsScope() {
        return verifier.verify(text) instanceof KeyVerification.Valid valid
                && valid.scope().allowsPath("/v1/chat/completions")
                && valid.scope().allowsAddress(IpRange.address("10.64.1.2"))
                && valid.scope().allowsModel("molink-demo");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Services {}
}
