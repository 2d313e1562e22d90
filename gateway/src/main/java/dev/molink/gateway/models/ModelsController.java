package dev.molink.gateway.models;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.fleet.KnownModel;
import dev.molink.gateway.auth.ApiCaller;
import dev.molink.gateway.http.ApiExchanges;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/models}. */
@RestController
final class ModelsController {

    private static final String OWNER = "molink";

    private final ServedModels models;
    private final ApiExchanges exchanges;

    ModelsController(ServedModels models, ApiExchanges exchanges) {
        this.models = models;
        this.exchanges = exchanges;
    }

    @GetMapping("/v1/models")
    void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        List<Model> usable = models.list(ApiCaller.of(request)).stream()
                .map(ModelsController::model)
                .sorted(Comparator.comparing(Model::id))
                .toList();
        exchanges.of(request, response).send(HttpServletResponse.SC_OK, new ModelList("list", usable));
    }

    /** Ids hold slashes, as {@code Qwen/Qwen3-0.6B} does; clients send them encoded or not. */
    @GetMapping("/v1/models/{*id}")
    void one(HttpServletRequest request, HttpServletResponse response, @PathVariable String id) throws IOException {
        KnownModel known = models.find(ApiCaller.of(request), id.substring(1));
        exchanges.of(request, response).send(HttpServletResponse.SC_OK, model(known));
    }

    private static Model model(KnownModel known) {
        return new Model(
                known.identity().getName(),
                "model",
                known.firstSeenAt().getEpochSecond(),
                OWNER,
                known.identity().getMaxModelLen());
    }

    record ModelList(String object, List<Model> data) {}

    /** @param maxModelLen not OpenAI's, but vLLM's and useful: the context in tokens */
    record Model(
            String id,
            String object,
            long created,
            @JsonProperty("owned_by") String ownedBy,
            @JsonProperty("max_model_len") int maxModelLen) {}
}
