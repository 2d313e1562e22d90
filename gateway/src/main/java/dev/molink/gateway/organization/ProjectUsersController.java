package dev.molink.gateway.organization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.members.ProjectMember;
import dev.molink.controlplane.members.ProjectMembers;
import dev.molink.controlplane.members.ProjectRole;
import dev.molink.controlplane.paging.Page;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.Fields;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/organization/projects/{project_id}/users}: who works in a project; rights come from the organization's roles. */
@RestController
final class ProjectUsersController {

    private static final String PATH = "/v1/organization/projects/{project_id}/users";
    private static final String ONE = PATH + "/{user_id}";
    private static final String OBJECT = "organization.project.user";

    private final ProjectMembers members;

    ProjectUsersController(ProjectMembers members) {
        this.members = members;
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.MEMBERS, access = Access.VIEW)
    void list(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        Page<ProjectMember> page = Page.of(
                members.list(exchange.organizationId(), projectId), exchange.paging(), ProjectMember::accountId);
        exchange.sendPage(page, ProjectMember::accountId, ProjectUsersController::answer);
    }

    @PostMapping(PATH)
    @AdminRoute(area = Area.MEMBERS, access = Access.MANAGE)
    void add(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        Fields body = exchange.body();
        put(exchange, projectId, body.requireString("user_id"), body.requireString("role"));
    }

    @GetMapping(ONE)
    @AdminRoute(area = Area.MEMBERS, access = Access.VIEW)
    void one(
            AdminExchange exchange,
            @PathVariable("project_id") String projectId,
            @PathVariable("user_id") String userId)
            throws IOException {
        exchange.send(answer(members.member(exchange.organizationId(), projectId, userId)));
    }

    @PostMapping(ONE)
    @AdminRoute(area = Area.MEMBERS, access = Access.MANAGE)
    void changeRole(
            AdminExchange exchange,
            @PathVariable("project_id") String projectId,
            @PathVariable("user_id") String userId)
            throws IOException {
        members.member(exchange.organizationId(), projectId, userId);
        put(exchange, projectId, userId, exchange.body().requireString("role"));
    }

    @DeleteMapping(ONE)
    @AdminRoute(area = Area.MEMBERS, access = Access.MANAGE)
    void remove(
            AdminExchange exchange,
            @PathVariable("project_id") String projectId,
            @PathVariable("user_id") String userId)
            throws IOException {
        exchange.change(() -> {
            ProjectMember removed = members.remove(exchange.organizationId(), projectId, userId);
            exchange.audit("project.user.deleted", userId, recorded(removed), Map.of());
            return removed;
        });
        exchange.sendDeleted(OBJECT + ".deleted", userId);
    }

    private void put(AdminExchange exchange, String projectId, String userId, String word) throws IOException {
        ProjectRole role = MemberFields.projectRole("role", word);
        ProjectMember put = exchange.change(() -> {
            ProjectMember done = members.put(exchange.organizationId(), projectId, userId, role);
            exchange.audit("project.user.updated", userId, Map.of(), recorded(done));
            return done;
        });
        exchange.send(answer(put));
    }

    private static Map<String, String> recorded(ProjectMember member) {
        return Map.of("project_id", member.projectId(), "role", MemberFields.word(member.role()));
    }

    private static Answer answer(ProjectMember member) {
        String name = member.name() == null ? member.login() : member.name();
        String role = MemberFields.word(member.role());
        return new Answer(
                OBJECT,
                member.accountId(),
                name,
                member.email(),
                role,
                member.addedAt().getEpochSecond());
    }

    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Answer(
            String object,
            String id,
            String name,
            @Nullable String email,
            String role,
            @JsonProperty("added_at") long addedAt) {}
}
