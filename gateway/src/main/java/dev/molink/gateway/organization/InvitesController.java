package dev.molink.gateway.organization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.members.CreatedInvite;
import dev.molink.controlplane.members.Invite;
import dev.molink.controlplane.members.Invite.InvitedProject;
import dev.molink.controlplane.members.Invites;
import dev.molink.controlplane.members.ProjectRole;
import dev.molink.controlplane.paging.Page;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.Fields;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/**
 * {@code /v1/organization/invites}. No message is sent: the answer to the creation holds the token, and whoever opens
 * {@code /console/invite?token=…} accepts.
 */
@RestController
final class InvitesController {

    private static final String PATH = "/v1/organization/invites";
    private static final String ONE = PATH + "/{invite_id}";
    private static final String OBJECT = "organization.invite";
    private static final int MAX_PROJECTS = 100;

    private final Invites invites;
    private final InstantSource clock;

    InvitesController(Invites invites, InstantSource clock) {
        this.invites = invites;
        this.clock = clock;
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.MEMBERS, access = Access.VIEW)
    void list(AdminExchange exchange) throws IOException {
        Page<Invite> page = Page.of(invites.list(exchange.organizationId()), exchange.paging(), Invite::inviteId);
        exchange.sendPage(page, Invite::inviteId, invite -> answer(invite, null));
    }

    @PostMapping(PATH)
    @AdminRoute(area = Area.MEMBERS, access = Access.MANAGE)
    void create(AdminExchange exchange) throws IOException {
        Fields body = exchange.body();
        String email = body.requireString("email");
        Role role = MemberFields.role("role", body.requireString("role"));
        List<InvitedProject> projects = body.list("projects", MAX_PROJECTS, InvitesController::project);
        Long seconds = body.longInteger(
                "expires_in_seconds", Invites.MIN_VALIDITY.toSeconds(), Invites.MAX_VALIDITY.toSeconds());
        Duration validity = seconds == null ? Invites.DEFAULT_VALIDITY : Duration.ofSeconds(seconds);
        CreatedInvite created = exchange.change(() -> {
            CreatedInvite done = invites.create(exchange.organizationId(), email, role, projects, validity);
            exchange.audit("invite.sent", done.invite().inviteId(), Map.of(), recorded(done.invite()));
            return done;
        });
        exchange.send(answer(created.invite(), created.token()));
    }

    @GetMapping(ONE)
    @AdminRoute(area = Area.MEMBERS, access = Access.VIEW)
    void one(AdminExchange exchange, @PathVariable("invite_id") String inviteId) throws IOException {
        exchange.send(answer(invites.invite(exchange.organizationId(), inviteId), null));
    }

    @DeleteMapping(ONE)
    @AdminRoute(area = Area.MEMBERS, access = Access.MANAGE)
    void delete(AdminExchange exchange, @PathVariable("invite_id") String inviteId) throws IOException {
        exchange.change(() -> {
            Invite deleted = invites.delete(exchange.organizationId(), inviteId);
            exchange.audit("invite.deleted", inviteId, recorded(deleted), Map.of());
            return deleted;
        });
        exchange.sendDeleted(OBJECT + ".deleted", inviteId);
    }

    private static InvitedProject project(String path, JsonNode value) {
        Fields fields = Fields.element(path, value);
        String role = fields.string("role");
        return new InvitedProject(
                fields.requireString("id"),
                role == null ? ProjectRole.MEMBER : MemberFields.projectRole(fields.path("role"), role));
    }

    private static Map<String, String> recorded(Invite invite) {
        return Map.of("email", invite.email(), "role", MemberFields.word(invite.role()));
    }

    private Answer answer(Invite invite, @Nullable String token) {
        return new Answer(
                OBJECT,
                invite.inviteId(),
                invite.email(),
                MemberFields.word(invite.role()),
                MemberFields.word(invite.status(clock.instant())),
                invite.createdAt().getEpochSecond(),
                invite.createdAt().getEpochSecond(),
                invite.expiresAt().getEpochSecond(),
                seconds(invite.acceptedAt()),
                invite.projects().stream()
                        .map(project -> new ProjectAnswer(project.projectId(), MemberFields.word(project.role())))
                        .toList(),
                token);
    }

    private static @Nullable Long seconds(@Nullable Instant instant) {
        return instant == null ? null : instant.getEpochSecond();
    }

    /**
     * An invitation in OpenAI's shape.
     *
     * @param invitedAt what older clients read for {@code createdAt}
     * @param token ours: what opens the invitation, in the answer to its creation only
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Answer(
            String object,
            String id,
            String email,
            String role,
            String status,
            @JsonProperty("created_at") long createdAt,
            @JsonProperty("invited_at") long invitedAt,
            @JsonProperty("expires_at") long expiresAt,
            @JsonProperty("accepted_at") @Nullable Long acceptedAt,
            List<ProjectAnswer> projects,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String token) {}

    private record ProjectAnswer(String id, String role) {}
}
