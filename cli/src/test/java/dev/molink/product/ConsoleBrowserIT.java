package dev.molink.product;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An operator in a real browser; screenshots stay in {@code cli/target/screenshots}. */
class ConsoleBrowserIT {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static RunningDemo demo;
    private static Playwright playwright;
    private static Browser browser;

    @BeforeAll
    static void openBrowser() throws Exception {
        List<Path> known = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .toList();
        if (known.isEmpty()) {
            System.err.println("SKIPPED: no chromium on this machine, the console is not tested in a browser");
        }
        assumeTrue(!known.isEmpty(), "no chromium on this machine");
        demo = RunningDemo.shared();
        playwright = Playwright.create();
        browser = playwright
                .chromium()
                .launch(new LaunchOptions()
                        .setExecutablePath(known.getFirst())
                        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking")));
    }

    @AfterAll
    static void closeBrowser() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @Test
    void anOperatorCreatesAKeyUsesItAndRevokesIt() throws Exception {
        Page page = browser.newPage();
        page.navigate(demo.url("/console"));
        screenshot(page, "login");
        page.fill("#username", demo.user());
        page.fill("#password", demo.password());
        page.click("#login");
        assertThat(page.locator("h1")).isVisible();
        screenshot(page, "overview");

        page.navigate(demo.url("/console/fleet"));
        assertThat(page.locator("#fleet tr[data-node-id]")).hasCount(2);
        screenshot(page, "fleet");

        page.navigate(demo.url("/console/keys"));
        page.fill("#key-name", "made in a browser");
        page.click("#create-key");
        String key = page.locator("#new-key").textContent().strip();
        screenshot(page, "new-key");
        assertThat(listModels(key)).isEqualTo(200);

        page.navigate(demo.url("/console/keys"));
        assertThat(page.content()).doesNotContain(key);
        page.locator("tr[data-key-id]")
                .filter(new com.microsoft.playwright.Locator.FilterOptions().setHasText("made in a browser"))
                .locator(".revoke")
                .first()
                .click();
        screenshot(page, "revoke");
        page.click("#confirm-revoke");
        Eventually.within("the revoked key is refused", () -> listModels(key) == 401);
        screenshot(page, "keys");
        page.close();
    }

    @Test
    void aWrongPasswordStaysOutside() {
        Page page = browser.newPage();
        page.navigate(demo.url("/console"));
        page.fill("#username", demo.user());
        page.fill("#password", "wrong");
        page.click("#login");

        assertThat(page.url()).contains("/console/login");
        assertThat(page.locator("#password")).isVisible();
        page.close();
    }

    private static int listModels(String key) throws Exception {
        return RunningDemo.http(java.net.http.HttpRequest.newBuilder(java.net.URI.create(demo.url("/v1/models")))
                        .header("Authorization", "Bearer " + key)
                        .build())
                .statusCode();
    }

    private static void screenshot(Page page, String name) {
        page.screenshot(new ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name + ".png")));
    }
}
