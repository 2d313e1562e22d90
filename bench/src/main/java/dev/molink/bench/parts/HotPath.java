package dev.molink.bench.parts;

import dev.molink.controlplane.admission.Admission;
import dev.molink.controlplane.admission.AdmissionRequest;
import dev.molink.controlplane.admission.Admissions;
import dev.molink.controlplane.admission.Lease;
import dev.molink.controlplane.admission.UsageLimits;
import dev.molink.controlplane.keys.ApiKeys;
import dev.molink.controlplane.keys.KeyVerification;
import dev.molink.controlplane.keys.KeyVerifier;
import dev.molink.controlplane.pricing.PriceBook;
import dev.molink.controlplane.pricing.PriceRule;
import dev.molink.controlplane.pricing.Prices;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.controlplane.usage.UsageBill;
import dev.molink.controlplane.usage.UsageCounts;
import dev.molink.controlplane.usage.UsageEnding;
import dev.molink.controlplane.usage.UsageJournal;
import dev.molink.controlplane.usage.UsageOrigin;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import dev.molink.controlplane.usage.UsageServing;
import dev.molink.controlplane.usage.UsageTimes;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** The control plane's part in a request, with the services that a gateway has, on an H2 file. Belongs to one thread. */
public final class HotPath implements AutoCloseable {

    private static final String KEY = "key-of-the-hot-path";
    private static final String MODEL = "molink-demo";
    private static final int PROMPT_TOKENS = 20;
    private static final int GENERATED_TOKENS = 16;
    /** Well below what the journal holds before it refuses. */
    private static final int MAX_UNWRITTEN = 2_000;

    private final ConfigurableApplicationContext context;
    private final KeyVerifier keys;
    private final PriceBook prices;
    private final Admissions admissions;
    private final UsageJournal journal;
    private final Semaphore room = new Semaphore(MAX_UNWRITTEN);
    private long requests;

    private HotPath(ConfigurableApplicationContext context) {
        this.context = context;
        this.keys = context.getBean(KeyVerifier.class);
        this.prices = context.getBean(PriceBook.class);
        this.admissions = context.getBean(Admissions.class);
        this.journal = context.getBean(UsageJournal.class);
    }

    /** Opens an empty database in {@code data} with a billed project, a key, a price and limits. */
    public static HotPath start(Path data) {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(Beans.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .properties(Map.of("molink.data", data.toString(), "logging.level.root", "error"))
                .run();
        ProjectSummary project = context.getBean(Tenancy.class).ensureProject("bench", "bench");
        context.getBean(ApiKeys.class).keepFixed(project.projectId(), "bench", KEY);
        PartsAutoConfiguration.price(context.getBean(Prices.class), MODEL);
        PartsAutoConfiguration.limit(context.getBean(UsageLimits.class), project);
        return new HotPath(context);
    }

    /** Waits until a further record can be handed in. */
    public void awaitRoom() {
        room.acquireUninterruptibly();
        room.release();
    }

    public KeyVerification.Valid verify() {
        if (keys.verify(KEY) instanceof KeyVerification.Valid valid) {
            return valid;
        }
        throw new IllegalStateException("the key of the benchmark is not known");
    }

    /** One that reaches no pipeline, so nothing is settled. */
    public Lease admitAndEnd() throws InterruptedException {
        KeyVerification.Valid caller = verify();
        Lease lease = admit(caller, price(caller), "req_" + requests++);
        lease.cover(GENERATED_TOKENS);
        lease.answered();
        lease.end();
        return lease;
    }

    public UsageRecord everything() throws InterruptedException {
        KeyVerification.Valid caller = verify();
        PriceRule price = price(caller);
        Lease lease = admit(caller, price, "req_" + requests++);
        lease.cover(GENERATED_TOKENS);
        lease.answered();
        UsageRecord record = record(caller, price, lease);
        room.acquireUninterruptibly();
        var _ = journal.submit(record).whenComplete((_, _) -> room.release());
        return record;
    }

    private PriceRule price(KeyVerification.Valid caller) {
        return prices.find(MODEL, caller.organizationId(), Instant.now()).orElseThrow();
    }

    private Lease admit(KeyVerification.Valid caller, PriceRule price, String requestId) throws InterruptedException {
        Admission admission = admissions.admit(new AdmissionRequest(
                requestId,
                caller.keyId(),
                caller.projectId(),
                caller.organizationId(),
                MODEL,
                price,
                PROMPT_TOKENS,
                GENERATED_TOKENS));
        return switch (admission) {
            case Admission.Admitted admitted -> admitted.lease();
            case Admission.Refused refused -> throw new IllegalStateException(refused.sentence());
        };
    }

    private static UsageRecord record(KeyVerification.Valid caller, PriceRule price, Lease lease) {
        Instant now = Instant.now();
        return new UsageRecord(
                lease.requestId(),
                UsageOrigin.of(caller.keyId(), caller.projectId(), caller.organizationId(), "/v1/chat/completions"),
                new UsageServing(MODEL, "bench", null),
                UsageCounts.tokens(PROMPT_TOKENS, 0, GENERATED_TOKENS, (long) GENERATED_TOKENS),
                UsageEnding.of("length"),
                UsageBill.due(price.ruleId(), lease.coveredTokens()),
                new UsageTimes(now, now, now),
                Evidence.HEAD);
    }

    @Override
    public void close() {
        context.close();
    }

    /** What of the control plane is on the way of a request. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static final class Beans {}
}
