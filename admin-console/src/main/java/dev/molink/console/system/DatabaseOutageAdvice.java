package dev.molink.console.system;

import dev.molink.controlplane.storage.DatabaseOutage;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/** Tells the visitor that the database does not answer, instead of that something failed. */
@ControllerAdvice(basePackages = "dev.molink.console")
final class DatabaseOutageAdvice {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseOutageAdvice.class);

    /** Other failures go on to where they would have gone. */
    @ExceptionHandler
    void unavailable(RuntimeException failure, HttpServletResponse response) throws IOException {
        if (!DatabaseOutage.isOne(failure)) {
            throw failure;
        }
        LOG.warn("a page could not be shown, the database does not answer: {}", failure.getMessage());
        response.sendError(HttpStatus.SERVICE_UNAVAILABLE.value());
    }
}
