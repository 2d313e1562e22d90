package dev.molink.gateway.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The four-key envelope for what Tomcat refuses before any filter sees it, such as a path that is no URI. Tomcat makes the
 * instance itself, by class name.
 */
public final class ApiErrorReportValve extends ErrorReportValve {

    private final JsonMapper mapper = JsonMapper.shared();

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ApiException refusal = Refusals.of(
                status,
                request.getMethod() == null ? "?" : request.getMethod(),
                request.getRequestURI() == null ? "?" : request.getRequestURI());
        try {
            byte[] body = mapper.writeValueAsBytes(refusal.body());
            response.setContentType("application/json");
            response.setCharacterEncoding(StandardCharsets.UTF_8);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
            response.finishResponse();
        } catch (IOException clientGone) {
            response.setError();
        }
    }
}
