package dev.molink.console.keys;

import dev.molink.console.access.Area;
import dev.molink.console.access.Visitor;
import dev.molink.console.system.Notice;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.keys.ApiKeySummary;
import dev.molink.controlplane.keys.ApiKeys;
import dev.molink.controlplane.keys.AuditedKeys;
import dev.molink.controlplane.keys.CreatedApiKey;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Keys of the projects that the visitor sees; to whoever does not see a project, its keys do not exist. */
@Controller
final class KeysController {

    private static final String LIST = "redirect:/console/keys";
    private static final String DEFAULT_PROJECT = "default";

    private final ApiKeys keys;
    private final AuditedKeys changes;
    private final Tenancy tenancy;
    private final InstantSource clock;

    KeysController(ApiKeys keys, AuditedKeys changes, Tenancy tenancy, InstantSource clock) {
        this.keys = keys;
        this.changes = changes;
        this.tenancy = tenancy;
        this.clock = clock;
    }

    @GetMapping("/console/keys")
    String list(@AuthenticationPrincipal Visitor visitor, Model model) {
        Instant now = clock.instant();
        List<KeyView> views = keys.list().stream()
                .filter(key -> visitor.sees(key.organizationId()))
                .map(key -> KeyView.of(key, now))
                .toList();
        List<ProjectSummary> projects = tenancy.projects().stream()
                .filter(project -> visitor.sees(project.organizationId()))
                .toList();
        model.addAttribute("page", new KeysPage(visitor.manages(Area.KEYS), projects, views));
        if (!model.containsAttribute("form")) {
            model.addAttribute("form", KeyForm.EMPTY);
        }
        return "keys/keys";
    }

    @PostMapping("/console/keys")
    String create(@AuthenticationPrincipal Visitor visitor, KeyForm form, RedirectAttributes next) {
        try {
            ProjectSummary project = project(visitor, form);
            CreatedApiKey created = changes.create(visitor.caller(), project.projectId(), form.name());
            next.addFlashAttribute("newKey", new NewKey(created.key().name(), created.text()));
        } catch (RefusedException refused) {
            next.addFlashAttribute("form", form);
            next.addFlashAttribute("problem", refused.reason().name());
        }
        return LIST;
    }

    @GetMapping("/console/keys/{keyId}/revoke")
    String confirm(@AuthenticationPrincipal Visitor visitor, @PathVariable String keyId, Model model) {
        ApiKeySummary key = key(visitor, keyId);
        model.addAttribute("key", KeyView.of(key, clock.instant()));
        model.addAttribute("organization", tenancy.organization(key.organizationId()));
        return "keys/revoke";
    }

    @PostMapping("/console/keys/{keyId}/revoke")
    String revoke(@AuthenticationPrincipal Visitor visitor, @PathVariable String keyId, RedirectAttributes next) {
        String seen = key(visitor, keyId).keyId();
        String name = changes.revoke(visitor.caller(), seen).name();
        next.addFlashAttribute(Notice.ATTRIBUTE, new Notice("keys.revoked", name));
        return LIST;
    }

    @ExceptionHandler
    void refused(RefusedException refused, HttpServletResponse response) throws IOException {
        boolean missing = refused.reason() == RefusedException.Reason.NOT_FOUND;
        response.sendError(missing ? HttpServletResponse.SC_NOT_FOUND : HttpServletResponse.SC_BAD_REQUEST);
    }

    private ApiKeySummary key(Visitor visitor, String keyId) {
        return visitor.organizationId() == null ? keys.find(keyId) : keys.find(visitor.organizationId(), keyId);
    }

    private ProjectSummary project(Visitor visitor, KeyForm form) {
        if (form.projectId().isEmpty()) {
            String organization = visitor.operator() ? Tenancy.DEFAULT_ORGANIZATION : visitor.organizationName();
            return changes.ensureProject(visitor.caller(), organization, DEFAULT_PROJECT);
        }
        return visitor.organizationId() == null
                ? tenancy.project(form.projectId())
                : tenancy.project(visitor.organizationId(), form.projectId());
    }
}
