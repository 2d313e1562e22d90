package dev.molink.gateway.organization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.members.Member;
import dev.molink.controlplane.members.Members;
import dev.molink.controlplane.members.RoleChange;
import dev.molink.controlplane.paging.Page;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/organization/users}: the members of the organization. Its only owner is neither removed nor given less. */
@RestController
final class UsersController {

    private static final String PATH = "/v1/organization/users";
    private static final String ONE = PATH + "/{user_id}";
    private static final String OBJECT = "organization.user";

    private final Members members;

    UsersController(Members members) {
        this.members = members;
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.MEMBERS, access = Access.VIEW)
    void list(AdminExchange exchange) throws IOException {
        List<String> emails = exchange.queries("emails").stream()
                .map(email -> email.toLowerCase(Locale.ROOT))
                .toList();
        List<Member> wanted = members.list(exchange.organizationId()).stream()
                .filter(member -> emails.isEmpty() || emails.contains(member.email()))
                .toList();
        exchange.sendPage(
                Page.of(wanted, exchange.paging(), Member::accountId), Member::accountId, UsersController::answer);
    }

    @GetMapping(ONE)
    @AdminRoute(area = Area.MEMBERS, access = Access.VIEW)
    void one(AdminExchange exchange, @PathVariable("user_id") String userId) throws IOException {
        exchange.send(answer(member(exchange, userId)));
    }

    @PostMapping(ONE)
    @AdminRoute(area = Area.MEMBERS, access = Access.MANAGE)
    void changeRole(AdminExchange exchange, @PathVariable("user_id") String userId) throws IOException {
        Role role = MemberFields.role("role", exchange.body().requireString("role"));
        member(exchange, userId);
        RoleChange change = exchange.change(() -> {
            RoleChange done = members.changeRole(exchange.organizationId(), userId, role);
            exchange.audit("user.updated", userId, recorded(done.before()), recorded(done.after()));
            return done;
        });
        exchange.send(answer(change.after()));
    }

    @DeleteMapping(ONE)
    @AdminRoute(area = Area.MEMBERS, access = Access.MANAGE)
    void remove(AdminExchange exchange, @PathVariable("user_id") String userId) throws IOException {
        member(exchange, userId);
        exchange.change(() -> {
            Member removed = members.remove(exchange.organizationId(), userId);
            exchange.audit("user.deleted", userId, recorded(removed), Map.of());
            return removed;
        });
        exchange.sendDeleted(OBJECT + ".deleted", userId);
    }

    private Member member(AdminExchange exchange, String userId) {
        return members.find(exchange.organizationId(), userId)
                .orElseThrow(() -> AdminExchange.notFound("user", userId));
    }

    private static Map<String, String> recorded(Member member) {
        return Map.of("role", MemberFields.word(member.role()));
    }

    private static Answer answer(Member member) {
        String role = MemberFields.word(member.role());
        String name = member.name() == null ? member.login() : member.name();
        return new Answer(
                OBJECT,
                member.accountId(),
                name,
                member.email(),
                role,
                member.addedAt().getEpochSecond(),
                !member.active(),
                MemberFields.word(member.source()));
    }

    /**
     * A member in OpenAI's shape.
     *
     * @param disabled whether the account is deactivated
     * @param roleSource ours: {@code local}, or {@code identity_provider} when the role follows its groups
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Answer(
            String object,
            String id,
            String name,
            @Nullable String email,
            String role,
            @JsonProperty("added_at") long addedAt,
            boolean disabled,
            @JsonProperty("role_source") String roleSource) {}
}
