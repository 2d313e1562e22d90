package dev.molink.bench.parts;

import dev.molink.controlplane.keys.KeyScope;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.gateway.auth.ApiCaller;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.SecurityFilterChain;

/** Takes whoever asks for the demo's project, without a look at the key. */
final class OpenChain implements SecurityFilterChain {

    private final SecurityFilterChain chain;
    private final Supplier<ProjectSummary> project;
    private volatile @Nullable ApiCaller caller;

    OpenChain(SecurityFilterChain chain, Supplier<ProjectSummary> project) {
        this.chain = chain;
        this.project = project;
    }

    @Override
    public boolean matches(HttpServletRequest request) {
        return chain.matches(request);
    }

    @Override
    public List<Filter> getFilters() {
        return List.of((request, response, next) -> {
            request.setAttribute(ApiCaller.class.getName(), caller());
            next.doFilter(request, response);
        });
    }

    private ApiCaller caller() {
        ApiCaller known = caller;
        if (known == null) {
            ProjectSummary demo = project.get();
            known = new ApiCaller("key_bench", demo.projectId(), demo.organizationId(), false, true, KeyScope.ANY);
            caller = known;
        }
        return known;
    }
}
