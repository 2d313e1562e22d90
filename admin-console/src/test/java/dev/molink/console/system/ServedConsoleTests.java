package dev.molink.console.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.console.testing.FakeFleet;
import dev.molink.console.testing.OnTestDatabase;
import dev.molink.console.testing.TestConsole;
import dev.molink.controlplane.access.Role;
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
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What only a real server shows: cookies, error pages, assets, and the way through a login. */
@SpringBootTest(classes = TestConsole.class, webEnvironment = WebEnvironment.RANDOM_PORT)
@OnTestDatabase
class ServedConsoleTests {

    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
    private static final Pattern ASSET = Pattern.compile("(?:href|src)=\"(/console/assets/[^\"#]+)");

    @LocalServerPort
    private int port;

    private HttpClient browser = newBrowser();

    @BeforeEach
    void openBrowser() {
        browser = newBrowser();
    }

    @AfterEach
    void closeBrowser() {
        browser.close();
    }

    @Test
    void aLoginLeadsToThePageThatWasAskedFor() throws Exception {
        get("/console/keys");

        HttpResponse<String> page = logIn(Role.OWNER);

        assertThat(page.uri().getPath()).isEqualTo("/console/keys");
        assertThat(page.body()).contains("<h1>API keys</h1>");
    }

    @Test
    void theSessionCookieIsForTheConsoleAndNoScript() throws Exception {
        try (HttpClient stepwise = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .followRedirects(Redirect.NEVER)
                .build()) {
            String token = token(stepwise.send(request("/console/login"), BodyHandlers.ofString()));
            HttpResponse<String> answer = stepwise.send(
                    form("/console/login", credentials(Role.OWNER) + "&_csrf=" + token), BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(302);
            assertThat(answer.headers().allValues("Set-Cookie"))
                    .filteredOn(cookie -> cookie.startsWith("MOLINK_CONSOLE_") && !cookie.contains("CSRF"))
                    .hasSize(1)
                    .allSatisfy(cookie -> assertThat(cookie).contains("HttpOnly", "SameSite=Lax", "Path=/console"));
        }
    }

    @Test
    void aMissingPageIsToldInTheLayout() throws Exception {
        logIn(Role.VIEWER);

        HttpResponse<String> page = get("/console/no/such/page");

        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(page.body()).contains("There is nothing here", "id=\"logout\"");
    }

    @Test
    void aForbiddenPageIsToldInTheLayout() throws Exception {
        logIn(Role.FINANCE);

        HttpResponse<String> page = get("/console/fleet");

        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("Not for your role", "id=\"logout\"").doesNotContain("node");
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsToldAsThat(@Autowired FakeFleet fleet) throws Exception {
        logIn(Role.OWNER);
        fleet.databaseAway(true);
        try {
            HttpResponse<String> page = get("/console/fleet");

            assertThat(page.statusCode()).isEqualTo(503);
            assertThat(page.body()).contains("The database does not answer", "id=\"logout\"");
        } finally {
            fleet.databaseAway(false);
        }
    }

    @Test
    void anErrorElsewhereIsNotTheConsoles() throws Exception {
        HttpResponse<String> answer = get("/v1/models");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).doesNotContain("There is nothing here");
        assertThat(answer.headers().firstValue("Content-Security-Policy")).isEmpty();
    }

    @Test
    void everyAssetOfThePageIsThereForStrangersAndCached() throws Exception {
        List<String> assets = ASSET.matcher(get("/console/login").body())
                .results()
                .map(found -> found.group(1))
                .distinct()
                .toList();

        assertThat(assets).hasSize(4);
        for (String asset : assets) {
            HttpResponse<String> answer = get(asset);
            assertThat(answer.statusCode()).as(asset).isEqualTo(200);
            assertThat(answer.headers().firstValue("Cache-Control"))
                    .as(asset)
                    .hasValueSatisfying(value -> assertThat(value).contains("max-age=31536000", "immutable"));
        }
    }

    @Test
    void noOtherFileOfTheClassPathIsServed() throws Exception {
        logIn(Role.OWNER);

        for (String path : List.of(
                "/console/assets/../templates/login/login.html",
                "/console/assets/%2e%2e/console-messages.properties",
                "/console/assets/webjars/../../MANIFEST.MF",
                "/console-messages.properties")) {
            assertThat(get(path).statusCode()).as(path).isIn(400, 404);
        }
    }

    private HttpResponse<String> logIn(Role role) throws IOException, InterruptedException {
        String token = token(get("/console/login"));
        return browser.send(form("/console/login", credentials(role) + "&_csrf=" + token), BodyHandlers.ofString());
    }

    private static String credentials(Role role) {
        return "username=%s&password=%s"
                .formatted(TestConsole.login(role), URLEncoder.encode(TestConsole.PASSWORD, StandardCharsets.UTF_8));
    }

    private static String token(HttpResponse<String> page) {
        Matcher token = TOKEN.matcher(page.body());
        assertThat(token.find()).as("a token in %s", page.uri()).isTrue();
        return URLEncoder.encode(token.group(1), StandardCharsets.UTF_8);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return browser.send(request(path), BodyHandlers.ofString());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Accept", "text/html")
                .build();
    }

    private HttpRequest form(String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "text/html")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private static HttpClient newBrowser() {
        return HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .followRedirects(Redirect.NORMAL)
                .build();
    }
}
