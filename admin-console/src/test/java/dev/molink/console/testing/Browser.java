package dev.molink.console.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Somebody with cookies who follows redirects and fills in forms. */
public final class Browser implements AutoCloseable {

    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    private final String root;
    private final HttpClient http;

    /** @param root such as {@code http://127.0.0.1:8080}, for paths without host */
    public Browser(String root) {
        this(root, Redirect.ALWAYS);
    }

    public Browser(String root, Redirect redirects) {
        this.root = root;
        this.http = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .followRedirects(redirects)
                .build();
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).build(), BodyHandlers.ofString());
    }

    /** Sends a form of {@code page} to {@code path}, with the token that the page has. */
    public HttpResponse<String> submit(HttpResponse<String> page, String path, Map<String, String> fields)
            throws IOException, InterruptedException {
        Matcher token = TOKEN.matcher(page.body());
        assertThat(token.find())
                .as("a token in %s: %s", page.uri(), page.body())
                .isTrue();
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&", "", "&_csrf=" + encoded(token.group(1))));
        return http.send(
                request(path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Logs in with a password. */
    public HttpResponse<String> logIn(String login, String password) throws IOException, InterruptedException {
        return submit(get("/console/login"), "/console/login", Map.of("username", login, "password", password));
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest.Builder request(String path) {
        URI address = URI.create(path.startsWith("http") ? path : root + path);
        return HttpRequest.newBuilder(address).header("Accept", "text/html");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
