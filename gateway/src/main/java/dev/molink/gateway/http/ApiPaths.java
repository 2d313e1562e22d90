package dev.molink.gateway.http;

import org.jspecify.annotations.Nullable;

/** Which of the public port's paths are the API's. The console shares the port and answers its own errors. */
public final class ApiPaths {

    private static final String CONSOLE = "/console";
    private static final String ASSETS = "/webjars/";

    private ApiPaths() {}

    public static boolean belongsToConsole(@Nullable String path) {
        return path != null && (path.equals(CONSOLE) || path.startsWith(CONSOLE + "/") || path.startsWith(ASSETS));
    }
}
