package dev.molink.gateway.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Wraps requests as {@link ApiExchange}. */
@Component
public final class ApiExchanges {

    private final JsonMapper mapper;

    ApiExchanges(JsonMapper mapper) {
        this.mapper = mapper;
    }

    public ApiExchange of(HttpServletRequest request, HttpServletResponse response) {
        return new ApiExchange(request, response, mapper);
    }
}
