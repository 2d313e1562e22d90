package dev.molink.gateway.models;

import dev.molink.controlplane.fleet.FleetRegistry;
import dev.molink.controlplane.fleet.KnownModel;
import dev.molink.gateway.auth.ApiCaller;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.text.ModelText;
import dev.molink.gateway.text.TextAssetStore;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Component;

/** The models that clients can name. */
@Component
public final class ServedModels {

    private static final Duration TEXT_RETRY = Duration.ofSeconds(1);

    private final FleetRegistry fleet;
    private final TextAssetStore texts;

    ServedModels(FleetRegistry fleet, TextAssetStore texts) {
        this.fleet = fleet;
        this.texts = texts;
    }

    /**
     * The model with this name.
     *
     * @throws ApiException 404 when no node carries it or the caller's key does not allow it; 503 while its text is on the
     *     way; 400 when it has none
     */
    public ServedModel require(ApiCaller caller, String name) {
        KnownModel known = find(caller, name);
        return new ServedModel(known.identity(), text(known));
    }

    /** The model that a request means which names none: the only one that the caller may use. */
    public ServedModel requireOnly(ApiCaller caller) {
        List<KnownModel> all = list(caller);
        if (all.isEmpty()) {
            throw ApiException.retryable(ErrorCode.OVERLOADED, "No model is served yet. Please try again.", TEXT_RETRY);
        }
        if (all.size() > 1) {
            throw ApiException.field(
                    ErrorCode.MISSING_PARAMETER,
                    "model",
                    "Missing required parameter: 'model'; %d models are served.".formatted(all.size()));
        }
        return new ServedModel(all.getFirst().identity(), text(all.getFirst()));
    }

    /** The models that the caller may use. */
    List<KnownModel> list(ApiCaller caller) {
        return fleet.models().stream()
                .filter(known -> caller.scope().allowsModel(known.identity().getName()))
                .toList();
    }

    /** One that the caller may use; to others it is as if it were not there. */
    KnownModel find(ApiCaller caller, String name) {
        return fleet.model(name)
                .filter(known -> caller.scope().allowsModel(name))
                .orElseThrow(() -> notFound(name));
    }

    private static ApiException notFound(String name) {
        String shown = name.length() > 100 ? name.substring(0, 100) + "…" : name;
        return ApiException.field(
                ErrorCode.MODEL_NOT_FOUND,
                "model",
                "The model `%s` does not exist or you do not have access to it.".formatted(shown));
    }

    private ModelText text(KnownModel known) {
        String name = known.identity().getName();
        if (known.textSha256().isEmpty()) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE, "model", "The model `%s` has no tokenizer.".formatted(name));
        }
        return texts.find(known.textSha256())
                .orElseThrow(() -> ApiException.retryable(
                        ErrorCode.OVERLOADED,
                        "The model `%s` is not ready yet. Please try again.".formatted(name),
                        TEXT_RETRY));
    }
}
