package dev.molink.stagenode.model.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which hub, which cache, as whom. The environment variables are those of Hugging Face's own programs.
 *
 * @param endpoint address without trailing slash
 * @param cache folder that holds {@code models--…}
 * @param token sent to {@code endpoint} only; null for none
 * @param offline whether nothing is fetched
 */
public record HubSettings(
        URI endpoint, Path cache, @Nullable String token, boolean offline) {

    private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
    private static final Pattern TOKEN = Pattern.compile("[!-~]+");

    public HubSettings {
        String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
        if (!Set.of("http", "https").contains(scheme) || endpoint.getHost() == null) {
            throw new HubException(
                    HubException.Reason.LOCAL,
                    "HF_ENDPOINT is %s; allowed is an http or https address".formatted(endpoint));
        }
        if (token != null && !TOKEN.matcher(token).matches()) {
            throw new HubException(
                    HubException.Reason.LOCAL, "the hub token holds blanks or characters that are not printable ASCII");
        }
    }

    /**
     * Reads {@code HF_ENDPOINT}, {@code HF_HOME}, {@code HF_HUB_CACHE}, {@code HF_TOKEN}, {@code HF_TOKEN_PATH},
     * {@code HF_HUB_OFFLINE} and {@code XDG_CACHE_HOME}.
     */
    public static HubSettings fromEnvironment(Map<String, String> environment, Path userHome) {
        Path caches = path(environment, "XDG_CACHE_HOME").orElse(userHome.resolve(".cache"));
        Path home = path(environment, "HF_HOME").orElse(caches.resolve("huggingface"));
        Path tokenFile = path(environment, "HF_TOKEN_PATH").orElse(home.resolve("token"));
        String offline = value(environment, "HF_HUB_OFFLINE").orElse("").toUpperCase(Locale.ROOT);
        return new HubSettings(
                endpoint(value(environment, "HF_ENDPOINT").orElse(DEFAULT_ENDPOINT)),
                path(environment, "HF_HUB_CACHE").orElse(home.resolve("hub")),
                value(environment, "HF_TOKEN").or(() -> token(tokenFile)).orElse(null),
                TRUE.contains(offline));
    }

    private static Optional<String> value(Map<String, String> environment, String key) {
        return Optional.ofNullable(environment.get(key)).map(String::strip).filter(text -> !text.isEmpty());
    }

    private static Optional<Path> path(Map<String, String> environment, String key) {
        return value(environment, key).map(Path::of);
    }

    private static URI endpoint(String address) {
        try {
            return URI.create(address.replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw new HubException(
                    HubException.Reason.LOCAL,
                    "HF_ENDPOINT is %s; allowed is an http or https address".formatted(address),
                    e);
        }
    }

    private static Optional<String> token(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
        } catch (IOException e) {
            throw new HubException(
                    HubException.Reason.LOCAL, "the hub token in %s cannot be read: %s".formatted(file, e), e);
        }
    }

    /** Never shows the token. */
    @Override
    public String toString() {
        return "HubSettings[endpoint=%s, cache=%s, token=%s, offline=%s]"
                .formatted(endpoint, cache, token == null ? "none" : "set", offline);
    }
}
