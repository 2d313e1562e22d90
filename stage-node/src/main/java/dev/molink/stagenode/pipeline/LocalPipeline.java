package dev.molink.stagenode.pipeline;

import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.CancelRequest;
import dev.molink.proto.node.v1.EngineFigures;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.StageAddress;
import dev.molink.stagenode.asset.AssetSender;
import dev.molink.stagenode.asset.AssetStore;
import dev.molink.stagenode.engine.Head;
import dev.molink.stagenode.engine.HeadListener;
import dev.molink.stagenode.engine.HeadSettings;
import dev.molink.stagenode.engine.HeadStatus;
import dev.molink.stagenode.engine.StageSettings;
import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.journal.RequestCounts;
import dev.molink.stagenode.link.LinkFaults;
import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelSource;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.model.hub.CachedHub;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.security.ClusterSecret;
import dev.molink.stagenode.simulation.SimulatedDevice;
import dev.molink.stagenode.structure.ShippedGrammars;
import dev.molink.stagenode.structure.StructureDesk;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All stages of a model in this process, linked over real loopback connections by the code that separate machines use.
 * For programs that generate without servers.
 */
public final class LocalPipeline implements AutoCloseable {

    /** Takes what one request yields, from the head's thread; must not wait. */
    public interface Listener {

        void generated(GenerateEvent event);

        /** The end; nothing comes after. */
        void finished(RequestReport report);
    }

    /** Looks on while the stages work; each is called from its stage's own thread. */
    interface Observer {

        Observer NOBODY = new Observer() {};

        /** What the stage computes with: {@code executor}, or one around it. */
        default StageExecutor executor(int stage, StageExecutor executor) {
            return executor;
        }

        /** What the stage has done for a request, in differences; must not wait. */
        default void counted(int stage, RequestCounts counts) {}

        /** Faults that the links between the stages make on purpose. */
        default LinkFaults linkFaults() {
            return LinkFaults.NONE;
        }
    }

    /** Which way calls between stages take. */
    @FunctionalInterface
    public interface Routes {

        /** Straight from one to the other. */
        Routes DIRECT = (_, address) -> address;

        /** The address HOST:PORT that others dial to reach a stage which listens at {@code address}. */
        String towards(int stage, String address) throws IOException;
    }

    /** Gets a stage of these layers ready. */
    @FunctionalInterface
    private interface Loading {

        LoadedStage load(LayerRange range);
    }

    private static final Logger log = LoggerFactory.getLogger(LocalPipeline.class);
    private static final Duration FORM_PATIENCE = Duration.ofSeconds(60);

    private final ExecutorService calls = StageThreads.forCalls();
    private final ClusterSecret secret = ClusterSecret.of(UUID.randomUUID().toString());
    private final PeerDialer dialer;
    private final List<Member> members = new ArrayList<>();
    private final Map<String, Listener> listeners = new ConcurrentHashMap<>();
    private final BlockingQueue<PipelineReport> reports = new ArrayBlockingQueue<>(64);
    private long servedEpoch; // of the thread that forms; 0 before the first
    private final ModelFiles files;
    private final Runnable releaseFiles; // at the end: the model's text is fetched when it is asked for
    private final HeadSettings settings;
    private final Routes routes;
    private final Observer observer;
    private Optional<StructureDesk> structures = Optional.empty();

    /** @param dialled address under which the others reach it */
    private record Member(LoadedStage stage, StageServer server, NodeEngine engine, StageNode node, String dialled) {

        void close() {
            node.close();
            server.close();
            engine.close();
        }
    }

    private LocalPipeline(
            ModelFiles files, Runnable releaseFiles, HeadSettings settings, Routes routes, Observer observer) {
        this.files = files;
        this.releaseFiles = releaseFiles;
        this.settings = settings;
        this.routes = routes;
        this.observer = observer;
        this.dialer = new PeerDialer(secret, calls, observer.linkFaults());
    }

    /**
     * Loads the model and forms its pipeline.
     *
     * @param location what {@code --model} takes
     * @param stages number of stages, between which the layers are cut evenly; at most one per layer
     * @throws IllegalArgumentException if the model has fewer layers than {@code stages}, or an option does not fit
     * @throws dev.molink.stagenode.model.format.ModelLoadException if the model cannot be read
     * @throws IllegalStateException if the pipeline cannot be formed; the message says why
     */
    public static LocalPipeline start(String location, int stages, StageOptions options)
            throws IOException, InterruptedException {
        return start(location, stages, options, HeadSettings.DEFAULT);
    }

    /** As {@link #start(String, int, StageOptions)}, with a head that runs as {@code settings} say. */
    public static LocalPipeline start(String location, int stages, StageOptions options, HeadSettings settings)
            throws IOException, InterruptedException {
        return start(location, stages, options, settings, Observer.NOBODY);
    }

    static LocalPipeline start(
            String location, int stages, StageOptions options, HeadSettings settings, Observer observer)
            throws IOException, InterruptedException {
        CachedHub hub = CachedHub.fromEnvironment();
        LocalPipeline pipeline;
        try {
            ModelFiles files = ModelFiles.open(ModelSource.of(location), hub);
            pipeline = new LocalPipeline(files, hub::close, settings, Routes.DIRECT, observer);
        } catch (RuntimeException e) {
            hub.close();
            throw e;
        }
        pipeline.loadAndForm(stages, range -> LoadedStage.load(pipeline.files, range, options.sharedBy(stages)));
        return pipeline;
    }

    /**
     * Forms a pipeline of devices that are not there, for a model of which only the configuration is known.
     *
     * @param name the model's, for logs
     * @param options whose device does not count
     * @param routes between the stages
     * @throws IllegalArgumentException if the model has fewer layers than {@code stages}, or the device has too little
     *     memory for its share
     */
    public static LocalPipeline simulate(
            String name,
            ModelConfig model,
            SimulatedDevice device,
            int stages,
            StageOptions options,
            HeadSettings settings,
            Routes routes)
            throws IOException, InterruptedException {
        ModelFiles files = ModelFiles.of(name, model);
        LocalPipeline pipeline = new LocalPipeline(files, () -> {}, settings, routes, Observer.NOBODY);
        pipeline.loadAndForm(stages, range -> LoadedStage.simulate(files, range, device, options));
        return pipeline;
    }

    private void loadAndForm(int stages, Loading loading) throws IOException, InterruptedException {
        try {
            load(stages, loading);
            form();
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void load(int stages, Loading loading) throws IOException {
        int layers = files.config().layers();
        if (stages < 1 || stages > layers) {
            throw new IllegalArgumentException("%d stages cannot share the %d layers of %s; 1 … %d can"
                    .formatted(stages, layers, files.name(), layers));
        }
        List<LayerRange> ranges = LayerRange.even(layers, stages);
        for (int stage = 0; stage < stages; stage++) {
            LoadedStage loaded = loading.load(ranges.get(stage));
            members.add(member(stage, loaded.with(observer.executor(stage, loaded.executor()))));
        }
    }

    private Member member(int index, LoadedStage stage) throws IOException {
        StageServer server = new StageServer(secret, calls);
        AssetStore assets = new AssetStore();
        AssetSender sender = new AssetSender(dialer, server.address(), assets);
        NodeEngine engine = NodeEngine.start(
                stage,
                index == 0 ? Optional.of(role(sender)) : Optional.empty(),
                new ShippedGrammars(assets, stage.model()),
                StageSettings.DEFAULT.with(settings.recorder()),
                counts -> observer.counted(index, counts));
        StageNode node = new StageNode(
                stage.description("local-" + index, server.address()),
                engine,
                settings.wire(),
                dialer,
                Epochs.inMemory(InstantSource.system()),
                List::of,
                this::onReport,
                assets);
        server.serve(node);
        return new Member(stage, server, engine, node, routes.towards(index, server.address()));
    }

    private HeadRole role(AssetSender sender) {
        StructureDesk compiler = new StructureDesk(
                files::textAssets,
                (epoch, kind, bytes) -> sender.send(
                        members.getFirst().node().samplingStage(epoch).orElseThrow(), kind, bytes));
        structures = Optional.of(compiler);
        return new HeadRole(settings, new Results(), compiler);
    }

    private void onReport(PipelineReport report) {
        if (!reports.offer(report)) {
            log.debug("nobody reads the reports on the local pipeline");
        }
    }

    /** Forms the pipeline again after it broke, or the first time. */
    void form() throws InterruptedException {
        reports.clear();
        List<StageAddress> stages = members.stream()
                .map(each -> Gathering.address(each.node().description()).toBuilder()
                        .setAddress(each.dialled())
                        .build())
                .toList();
        members.getFirst().node().form(stages);
        awaitServing();
    }

    private void awaitServing() throws InterruptedException {
        long deadline = System.nanoTime() + FORM_PATIENCE.toNanos();
        while (true) {
            PipelineReport report = reports.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (report == null) {
                throw new IllegalStateException(
                        "the local pipeline was not formed within %d s".formatted(FORM_PATIENCE.toSeconds()));
            }
            if (report.getState() == PipelineState.PIPELINE_STATE_SERVING) {
                servedEpoch = report.getEpoch();
                return;
            }
            boolean aboutTheLast = servedEpoch != 0
                    && report.getEpoch() == servedEpoch; // its end may be told after the next one was begun
            if (report.getState() != PipelineState.PIPELINE_STATE_FORMING && !aboutTheLast) {
                throw new IllegalStateException("the local pipeline was not formed: " + report.getReason());
            }
        }
    }

    /** Submits a request; its id must be new. The listener gets its ids and exactly one report. */
    public void submit(GenerateRequest request, Listener listener) {
        if (listeners.putIfAbsent(request.getRequestId(), listener) != null) {
            throw new IllegalArgumentException("request id %s is running already".formatted(request.getRequestId()));
        }
        head().submit(request);
    }

    /** Ends a request; its report follows. Unknown ids are ignored. */
    public void cancel(String requestId, CancelReason reason) {
        head().cancel(CancelRequest.newBuilder()
                .setRequestId(requestId)
                .setReason(reason)
                .build());
    }

    public ModelIdentity model() {
        return members.getFirst().stage().model();
    }

    /** The model's files, for its text. */
    public ModelFiles files() {
        return files;
    }

    public HeadStatus status() {
        return head().status();
    }

    /** What each stage of the standing formation has measured last, in the order of the stages. */
    public List<StageReport> stageReports() {
        return head().stageReports();
    }

    /** How the head runs the pipeline; empty while none is formed. */
    public Optional<EngineFigures> figures() {
        return members.getFirst().engine().figures();
    }

    /** Calls that the stages started to one another since the beginning; generations start none. */
    public long callsStarted() {
        return dialer.calls().started();
    }

    /** Sequences that have KV blocks, summed over the stages. */
    public int sequencesHeld() {
        return members.stream().mapToInt(member -> member.engine().sequences()).sum();
    }

    /** Most steps that were under way at once since the beginning. */
    public int mostStepsInFlight() {
        return members.getFirst().engine().mostStepsInFlight();
    }

    /** Makes the last stage leave the pipeline, as the loss of a link does. */
    void breakLink() {
        StageNode last = members.getLast().node();
        last.breakUp(last.epoch(), "the test cut the link");
    }

    private Head head() {
        return members.getFirst().engine().head();
    }

    @Override
    public void close() {
        members.forEach(Member::close);
        members.clear();
        structures.ifPresent(StructureDesk::close);
        calls.shutdown();
        releaseFiles.run();
    }

    /** Hands what the head yields to the request that it belongs to. */
    private final class Results implements HeadListener {

        @Override
        public void generated(List<GenerateEvent> events) {
            for (GenerateEvent event : events) {
                Listener listener = listeners.get(event.getRequestId());
                if (listener != null) {
                    listener.generated(event);
                }
            }
        }

        @Override
        public void finished(RequestReport report) {
            Listener listener = listeners.remove(report.getRequestId());
            if (listener != null) {
                listener.finished(report);
            }
        }

        @Override
        public void pipelineBroken(long epoch, String reason) {
            members.getFirst().node().breakUp(epoch, reason);
        }
    }
}
