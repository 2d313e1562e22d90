package dev.molink.stagenode.model.hub;

import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.format.StrictJson;
import dev.molink.stagenode.model.hub.HubException.Reason;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The hub's HTTP interface. Redirects are followed by hand, because the token must go to the hub itself and to nobody
 * else: files are usually redirected to the host of a content network.
 */
final class HubRemote implements AutoCloseable {

    private static final int MAX_ANSWER_BYTES = 16 << 20;
    private static final int MAX_REDIRECTS = 5;

    private final HubSettings settings;
    private final Patience patience;
    private final HttpClient client;

    HubRemote(HubSettings settings, Patience patience) {
        this.settings = settings;
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(patience.answer())
                .build();
    }

    /** Asks for the newest commit and its files. */
    HubRevision revision(HubModelId id) {
        URI address = address("/api/models/%s/revision/main".formatted(id));
        HttpResponse<byte[]> answer =
                await(follow("GET", address, 0, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES)));
        requireSuccess(answer, id.toString());
        return parse(id, answer.body());
    }

    private static HubRevision parse(HubModelId id, byte[] json) {
        ObjectNode tree;
        try {
            tree = StrictJson.parse(Path.of(id.toString()), "the hub's answer", json);
        } catch (ModelFileException e) {
            throw new HubException(Reason.BROKEN, e.getMessage() == null ? id + ": broken answer" : e.getMessage(), e);
        }
        String commit = tree.path("sha").asString("");
        if (!RemoteFile.isHash(commit)) {
            throw new HubException(Reason.BROKEN, "%s: the hub's answer names no commit".formatted(id));
        }
        Set<String> files = new HashSet<>();
        for (JsonNode file : tree.path("siblings").values()) {
            files.add(file.path("rfilename").asString(""));
        }
        return new HubRevision(commit, files);
    }

    /** Asks for size and hash of a file. */
    RemoteFile describe(HubModelId id, String commit, String name) {
        HttpResponse<Void> answer = await(followOnHub("HEAD", fileAddress(id, commit, name)));
        if (!isRedirect(answer)) {
            requireSuccess(answer, "%s of %s".formatted(name, id));
        }
        String hash = header(answer, "X-Linked-Etag", header(answer, "ETag", ""));
        hash = hash.replaceFirst("^W/", "").replace("\"", "").toLowerCase(Locale.ROOT);
        long bytes = length(header(answer, "X-Linked-Size", header(answer, "Content-Length", "")));
        if (!RemoteFile.isHash(hash) || bytes < 0) {
            throw new HubException(
                    Reason.BROKEN,
                    "%s of %s: the hub at %s gives no size and hash to check the file by"
                            .formatted(name, id, settings.endpoint()));
        }
        return new RemoteFile(name, hash, bytes);
    }

    /** Starts to fetch a file from byte {@code from} on; the caller checks the status. */
    <T> CompletableFuture<HttpResponse<T>> content(
            HubModelId id, String commit, String name, long from, HttpResponse.BodyHandler<T> body) {
        return follow("GET", fileAddress(id, commit, name), from, body);
    }

    /** Turns a status other than success into a sentence. */
    void requireSuccess(HttpResponse<?> answer, String wanted) {
        int status = answer.statusCode();
        if (status >= 200 && status < 300) {
            return;
        }
        throw switch (status) {
            case 401 ->
                new HubException(
                        Reason.REFUSED,
                        "%s: %s answered 401; it is gated or private, or does not exist: set HF_TOKEN to a token that may read it%s"
                                .formatted(wanted, settings.endpoint(), tokenHint()));
            case 403 ->
                new HubException(
                        Reason.REFUSED,
                        "%s: %s answered 403; it is gated: accept its terms on the hub's page and set HF_TOKEN to your token%s"
                                .formatted(wanted, settings.endpoint(), tokenHint()));
            case 404 ->
                new HubException(
                        Reason.NOT_FOUND,
                        "%s: %s answered 404; it has no such model or file".formatted(wanted, settings.endpoint()));
            default ->
                new HubException(
                        status == 429 || status >= 500 ? Reason.UNREACHABLE : Reason.BROKEN,
                        "%s: %s answered %d".formatted(wanted, settings.endpoint(), status));
        };
    }

    private String tokenHint() {
        return settings.token() == null ? "" : " (one is set, and is not accepted)";
    }

    /** Waits for an answer that has no large body. */
    private <T> HttpResponse<T> await(CompletableFuture<HttpResponse<T>> answer) {
        Duration limit = patience.answer().multipliedBy(2);
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw unreachable("no answer within %d s".formatted(limit.toSeconds()), e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.cancel(true);
            throw new HubException(Reason.LOCAL, "interrupted while waiting for " + settings.endpoint(), e);
        }
    }

    /** What went wrong with a request, as a sentence. */
    HubException failure(@Nullable Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof HubException known) {
                return known;
            }
        }
        return unreachable(problem(cause), cause);
    }

    private static String problem(@Nullable Throwable cause) {
        return switch (cause) {
            case null -> "unknown cause";
            case ConnectException _ -> "no connection";
            case HttpTimeoutException _ -> "no answer in time";
            default -> String.valueOf(cause.getMessage());
        };
    }

    private HubException unreachable(String problem, @Nullable Throwable cause) {
        return new HubException(
                Reason.UNREACHABLE,
                "%s cannot be reached, or the connection broke: %s".formatted(settings.endpoint(), problem),
                cause);
    }

    private <T> CompletableFuture<HttpResponse<T>> follow(
            String method, URI address, long from, HttpResponse.BodyHandler<T> body) {
        return follow(method, address, from, whenNotRedirected(body), MAX_REDIRECTS, false);
    }

    /** A redirect to another host is the answer: it carries the headers that are asked for. */
    private CompletableFuture<HttpResponse<Void>> followOnHub(String method, URI address) {
        return follow(method, address, 0, BodyHandlers.discarding(), MAX_REDIRECTS, true);
    }

    private <T> CompletableFuture<HttpResponse<T>> follow(
            String method, URI address, long from, HttpResponse.BodyHandler<T> body, int redirects, boolean onHub) {
        return client.sendAsync(request(method, address, from), body).thenCompose(answer -> {
            if (!isRedirect(answer)) {
                return CompletableFuture.completedFuture(answer);
            }
            URI target = target(address, answer);
            if (onHub && !isHub(target)) {
                return CompletableFuture.completedFuture(answer);
            }
            if (redirects == 0) {
                throw new HubException(
                        Reason.BROKEN, "%s redirects more than %d times".formatted(settings.endpoint(), MAX_REDIRECTS));
            }
            return follow(method, target, from, body, redirects - 1, onHub);
        });
    }

    private HttpRequest request(String method, URI address, long from) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(patience.answer())
                .header("User-Agent", "molink")
                .header("Accept-Encoding", "identity");
        if (from > 0) {
            request.header("Range", "bytes=%d-".formatted(from));
        }
        if (settings.token() != null && isHub(address)) {
            request.header("Authorization", "Bearer " + settings.token());
        }
        return request.build();
    }

    private URI target(URI address, HttpResponse<?> answer) {
        String location = header(answer, "Location", "");
        try {
            URI target = address.resolve(location);
            String scheme = String.valueOf(target.getScheme());
            if (!location.isEmpty() && (scheme.equals("http") || scheme.equals("https")) && target.getHost() != null) {
                return target;
            }
        } catch (IllegalArgumentException e) {
            throw new HubException(Reason.BROKEN, "%s redirects to a broken address".formatted(settings.endpoint()), e);
        }
        throw new HubException(Reason.BROKEN, "%s redirects to no http address".formatted(settings.endpoint()));
    }

    private boolean isHub(URI address) {
        URI endpoint = settings.endpoint();
        return endpoint.getScheme().equalsIgnoreCase(address.getScheme())
                && endpoint.getHost().equalsIgnoreCase(address.getHost())
                && port(endpoint) == port(address);
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return address.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    private static <T> HttpResponse.BodyHandler<T> whenNotRedirected(HttpResponse.BodyHandler<T> body) {
        return head -> head.statusCode() / 100 == 3 ? HttpResponse.BodySubscribers.replacing(null) : body.apply(head);
    }

    private static boolean isRedirect(HttpResponse<?> answer) {
        return answer.statusCode() / 100 == 3
                && answer.headers().firstValue("Location").isPresent();
    }

    private static String header(HttpResponse<?> answer, String name, String otherwise) {
        return answer.headers().firstValue(name).orElse(otherwise);
    }

    private static long length(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private URI fileAddress(HubModelId id, String commit, String name) {
        return address("/%s/resolve/%s/%s".formatted(id, commit, name));
    }

    private URI address(String path) {
        return URI.create(settings.endpoint() + path);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
