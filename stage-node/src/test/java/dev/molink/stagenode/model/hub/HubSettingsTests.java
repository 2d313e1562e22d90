package dev.molink.stagenode.model.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubSettingsTests {

    @TempDir
    Path home;

    @Test
    void defaultsToTheCacheOfHuggingFacesPrograms() {
        HubSettings settings = HubSettings.fromEnvironment(Map.of(), home);

        assertThat(settings)
                .isEqualTo(new HubSettings(
                        URI.create("https://huggingface.co"), home.resolve(".cache/huggingface/hub"), null, false));
    }

    @Test
    void readsTheVariablesOfHuggingFacesPrograms() {
        HubSettings settings = HubSettings.fromEnvironment(
                Map.of(
                        "HF_ENDPOINT", "http://mirror:8000/hf/",
                        "HF_HOME", "/data/hf",
                        "HF_TOKEN", " hf_abc ",
                        "HF_HUB_OFFLINE", "true"),
                home);

        assertThat(settings)
                .isEqualTo(
                        new HubSettings(URI.create("http://mirror:8000/hf"), Path.of("/data/hf/hub"), "hf_abc", true));
    }

    @Test
    void prefersTheNamedCacheAndTheTokenOfTheEnvironment() throws IOException {
        Files.writeString(home.resolve("token"), "hf_file\n");
        Map<String, String> base = Map.of("HF_HOME", home.toString(), "HF_HUB_CACHE", "/big/hub");

        HubSettings fromFile = HubSettings.fromEnvironment(base, home);
        HubSettings fromEnvironment =
                HubSettings.fromEnvironment(Map.of("HF_HOME", home.toString(), "HF_TOKEN", "hf_environment"), home);

        assertThat(fromFile.cache()).isEqualTo(Path.of("/big/hub"));
        assertThat(fromFile.token()).isEqualTo("hf_file");
        assertThat(fromEnvironment.token()).isEqualTo("hf_environment");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://hub", "hub", "http://", "http://a b"})
    void refusesAnEndpointThatIsNoHttpAddress(String endpoint) {
        assertThatThrownBy(() -> HubSettings.fromEnvironment(Map.of("HF_ENDPOINT", endpoint), home))
                .isInstanceOf(HubException.class)
                .hasMessageContaining(endpoint)
                .hasMessageContaining("http or https");
    }

    @Test
    void refusesATokenThatCannotStandInAHeaderWithoutShowingIt() {
        assertThatThrownBy(() -> HubSettings.fromEnvironment(Map.of("HF_TOKEN", "hf_a\nb"), home))
                .isInstanceOf(HubException.class)
                .hasMessageNotContaining("hf_a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Qwen/Qwen3-0.6B", "a/b", "meta-llama/Llama-3.1-8B"})
    void takesHubIds(String id) {
        assertThat(HubModelId.matches(id)).isTrue();
        assertThat(HubModelId.parse(id)).hasToString(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "a/b/c", "../x", "a/..", "a/b--c", "/etc", "a/", "a b/c", ""})
    void refusesOtherTextAsHubId(String text) {
        assertThat(HubModelId.matches(text)).isFalse();
        assertThatThrownBy(() -> HubModelId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
