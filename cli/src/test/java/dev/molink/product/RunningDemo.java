package dev.molink.product;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The product as a user starts it: {@code ./molink demo} as a process of its own, on free ports, with its state in a
 * folder of its own.
 */
final class RunningDemo implements AutoCloseable {

    private static final Path ROOT = Path.of(System.getProperty("molink.root"));
    private static final Pattern KEY = Pattern.compile("^Key\\s+(\\S+)$");
    private static final Pattern LOGIN = Pattern.compile("^Console\\s+\\S+\\s+user (\\S+), password (\\S+)$");
    private static @Nullable RunningDemo shared;

    private final Process process;
    private final Path home;
    private final int port;
    private final List<String> output = new ArrayList<>();
    private String key = "";
    private String user = "";
    private String password = "";

    private RunningDemo(Process process, Path home, int port) {
        this.process = process;
        this.home = home;
        this.port = port;
    }

    /** One demo for all tests that leave it as they found it; it ends with the test JVM. */
    static synchronized RunningDemo shared() throws IOException {
        if (shared == null) {
            RunningDemo demo = start();
            Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "stop-shared-demo"));
            shared = demo;
        }
        return shared;
    }

    /** A demo that a test may break. */
    static RunningDemo start(String... arguments) throws IOException {
        return start(Map.of(), arguments);
    }

    /** The same with more in its environment. */
    static RunningDemo start(Map<String, String> environment, String... arguments) throws IOException {
        Path home = Files.createTempDirectory("molink-demo");
        int port = freePorts(8);
        List<String> command = new ArrayList<>(List.of("demo", "--port", Integer.toString(port)));
        command.addAll(Arrays.asList(arguments));
        if (!command.contains("--codec")) {
            // Golden answers are exact; on a busy machine the loopback may look as slow as a network.
            command.addAll(List.of("--codec", "f32"));
        }
        RunningDemo demo = new RunningDemo(molink(home, command, environment), home, port);
        demo.awaitWelcome();
        return demo;
    }

    /** Starts {@code ./molink} with its standard error joined to its output. */
    static Process molink(Path home, List<String> arguments, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>(List.of(ROOT.resolve("molink").toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MOLINK_HOME", home.toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    /**
     * The first of {@code count} neighbouring ports that nobody listens on, below those that systems give to outgoing
     * connections: one of these might take a port between this look and the start of the program that is to have it.
     */
    static int freePorts(int count) throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            int first = ThreadLocalRandom.current().nextInt(20_000, 32_000 - count);
            if (allFree(first, count)) {
                return first;
            }
        }
        throw new IOException("no %d neighbouring free ports".formatted(count));
    }

    private static boolean allFree(int first, int count) {
        for (int port = first; port < first + count; port++) {
            try (ServerSocket socket = new ServerSocket(port)) {
                socket.setReuseAddress(true);
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }

    private void awaitWelcome() throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            output.add(line);
            read(line);
            if (line.startsWith("Ctrl-C")) {
                return;
            }
        }
        throw new IOException("the demo ended before it served:\n" + String.join("\n", output));
    }

    private void read(String line) {
        Matcher keyLine = KEY.matcher(line);
        if (keyLine.matches()) {
            key = keyLine.group(1);
        }
        Matcher login = LOGIN.matcher(line);
        if (login.matches()) {
            user = login.group(1);
            password = login.group(2);
        }
    }

    String url(String path) {
        return "http://127.0.0.1:%d%s".formatted(port, path);
    }

    int port() {
        return port;
    }

    String key() {
        return key;
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    Path home() {
        return home;
    }

    List<String> output() {
        return output;
    }

    Path data() {
        return home.resolve("demo-" + port);
    }

    long pid() {
        return process.pid();
    }

    /** The process of a role, found by its command line among the demo's descendants. */
    ProcessHandle child(String... marks) {
        return process.descendants()
                .filter(child -> {
                    String line = commandLine(child);
                    return Arrays.stream(marks).allMatch(line::contains);
                })
                .findFirst()
                .orElseThrow(() -> new AssertionError("no child process with " + Arrays.toString(marks)));
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            return process.info().commandLine().orElse("");
        }
    }

    HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return post(path, json, key);
    }

    HttpResponse<String> post(String path, String json, String bearer) throws IOException, InterruptedException {
        return http(HttpRequest.newBuilder(URI.create(url(path)))
                .header("Authorization", "Bearer " + bearer)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))
                .build());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(path, key);
    }

    HttpResponse<String> get(String path, String bearer) throws IOException, InterruptedException {
        return http(HttpRequest.newBuilder(URI.create(url(path)))
                .header("Authorization", "Bearer " + bearer)
                .build());
    }

    /** The live nodes, as the management port tells them. */
    List<JsonNode> fleet() throws IOException, InterruptedException {
        return elements(management("/actuator/fleet").get("nodes"));
    }

    /** KV blocks in use over all live nodes. */
    int kvBlocksUsed() throws IOException, InterruptedException {
        return fleet().stream()
                .mapToInt(node -> node.get("kvBlocksUsed").asInt())
                .sum();
    }

    /** The usage records, the newest first. */
    List<JsonNode> usage() throws IOException, InterruptedException {
        return elements(management("/actuator/usage?limit=1000").get("records"));
    }

    /** What the head tells of its pipeline. */
    JsonNode engine() throws IOException, InterruptedException {
        return management("/actuator/engines").at("/engines/0");
    }

    private JsonNode management(String path) throws IOException, InterruptedException {
        HttpResponse<String> response =
                http(HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port + 1, path)))
                        .header(
                                "Authorization",
                                "Bearer "
                                        + Files.readString(data().resolve("management-token"))
                                                .strip())
                        .build());
        if (response.statusCode() != 200) {
            throw new IOException("%s answered %d: %s".formatted(path, response.statusCode(), response.body()));
        }
        return JsonMapper.shared().readTree(response.body());
    }

    private static List<JsonNode> elements(JsonNode array) {
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        return elements;
    }

    static HttpResponse<String> http(HttpRequest request) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        deleteHome();
    }

    private void deleteHome() {
        try (var files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
