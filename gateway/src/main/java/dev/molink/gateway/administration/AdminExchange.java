package dev.molink.gateway.administration;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.Organizations;
import dev.molink.controlplane.audit.AuditEntry;
import dev.molink.controlplane.audit.AuditTrail;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.paging.PageRequest;
import dev.molink.controlplane.paging.PageRequest.Order;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ApiExchange;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import dev.molink.gateway.http.JsonBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One request to the administration and its answer. A handler reads its caller, organization, body and page from here, and
 * answers through it; whatever it throws becomes an error in OpenAI's envelope, a {@link RefusedException} as 400, 404 or
 * 409. Belongs to one request's thread.
 */
public final class AdminExchange {

    private static final String ORGANIZATION_HEADER = "OpenAI-Organization";

    private final ApiExchange exchange;
    private final AdminCaller caller;
    private final JsonBodies bodies;
    private final Organizations organizations;
    private final AuditTrail trail;
    private final Transactions transactions;
    private @Nullable Fields body;
    private @Nullable String organizationId;

    AdminExchange(
            ApiExchange exchange,
            AdminCaller caller,
            JsonBodies bodies,
            Organizations organizations,
            AuditTrail trail,
            Transactions transactions) {
        this.exchange = exchange;
        this.caller = caller;
        this.bodies = bodies;
        this.organizations = organizations;
        this.trail = trail;
        this.transactions = transactions;
    }

    /** On whose behalf the request runs; what its role may do was checked before. */
    public AdminCaller caller() {
        return caller;
    }

    /** Whether the caller is the installation's operator, who sees every organization. */
    public boolean isOperator() {
        return caller.organizationId() == null;
    }

    public String requestId() {
        return exchange.requestId();
    }

    public HttpServletRequest request() {
        return exchange.request();
    }

    /**
     * The organization that the request is about: the caller's own; for the installation's operator that of the header
     * {@code OpenAI-Organization}, an id or a name, or else the one called {@code default}, or else the only one.
     *
     * @throws ApiException 404 when the header names another than the caller's, or none that exists
     */
    public String organizationId() {
        String id = organizationId;
        if (id == null) {
            id = chosenOrganization();
            organizationId = id;
        }
        return id;
    }

    /** The body, which must be a JSON object. Fields that are not read until the answer are listed in its header. */
    public Fields body() {
        Fields fields = body;
        if (fields == null) {
            fields = new Fields(bodies.read(exchange.request()));
            body = fields;
        }
        return fields;
    }

    /** The body, or an object without fields where the request has none. */
    public Fields optionalBody() {
        HttpServletRequest request = exchange.request();
        boolean present = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
        return present ? body() : new Fields(JsonNodeFactory.instance.objectNode());
    }

    /** The query parameter, such as {@code limit}; null when it is absent or empty. */
    public @Nullable String query(String name) {
        String value = exchange.request().getParameter(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** All values of a query parameter, however the client writes lists: {@code models=a&models=b} or {@code models[]=a}. */
    public List<String> queries(String name) {
        return Stream.of(name, name + "[]")
                .map(exchange.request()::getParameterValues)
                .flatMap(values -> values == null ? Stream.empty() : Arrays.stream(values))
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /** The query parameter as an integer; null when it is absent. */
    public @Nullable Long queryInteger(String name, long min, long max) {
        String value = query(name);
        return value == null ? null : QueryValues.integer(name, value, min, max);
    }

    /** Which part of a list is asked for, from the oldest on unless the query says otherwise. */
    public PageRequest paging() {
        return paging(Order.ASC);
    }

    /** Which part of a list is asked for by {@code limit}, {@code after}, {@code before} and {@code order}. */
    public PageRequest paging(Order standard) {
        Long limit = queryInteger("limit", 1, PageRequest.MAX_LIMIT);
        return new PageRequest(
                limit == null ? PageRequest.DEFAULT_LIMIT : Math.toIntExact(limit),
                query("after"),
                query("before"),
                QueryValues.order(query("order"), standard));
    }

    /**
     * Runs a write in one transaction with what it records by {@link #audit}.
     *
     * @param work may run several times, as {@link Transactions} says, so it answers nothing
     */
    public <T> T change(Supplier<T> work) {
        return transactions.run(work);
    }

    /** Records a write in the audit log of the organization in question; within {@link #change}, after the write. */
    public void audit(String action, String objectId, Map<String, String> before, Map<String, String> after) {
        auditFor(organizationId(), action, objectId, before, after);
    }

    /** Records a write that is about the installation and no organization; within {@link #change}, after the write. */
    public void auditInstallation(
            String action, String objectId, Map<String, String> before, Map<String, String> after) {
        auditFor("", action, objectId, before, after);
    }

    public void send(Object answer) throws IOException {
        send(HttpServletResponse.SC_OK, answer);
    }

    public void send(int status, Object answer) throws IOException {
        if (body != null) {
            exchange.ignoredFields(body.unread());
        }
        exchange.send(status, answer);
    }

    /** Answers with a page of a list in OpenAI's shape. */
    public <T> void sendPage(Page<T> page, Function<T, String> id, Function<T, ?> view) throws IOException {
        List<T> items = page.items();
        send(new ListAnswer(
                "list",
                items.stream().<Object>map(view).toList(),
                items.isEmpty() ? null : id.apply(items.getFirst()),
                items.isEmpty() ? null : id.apply(items.getLast()),
                page.hasMore()));
    }

    /** Answers that something is gone, in OpenAI's shape. {@code object} such as {@code organization.project.deleted}. */
    public void sendDeleted(String object, String id) throws IOException {
        send(new DeletedAnswer(object, id, true));
    }

    /** The answer for an id that is not there, or belongs to another organization, which is not told apart. */
    public static ApiException notFound(String what, String id) {
        return ApiException.of(ErrorCode.NOT_FOUND, "There is no %s '%s'.".formatted(what, QueryValues.printable(id)));
    }

    private void auditFor(
            String organization,
            String action,
            String objectId,
            Map<String, String> before,
            Map<String, String> after) {
        trail.record(new AuditEntry(caller, action, objectId, organization, before, after, requestId()));
    }

    /** Refuses a header that names an organization which the caller does not see, whether the handler reads it or not. */
    void checkOrganizationHeader() {
        if (namedOrganization() != null) {
            organizationId();
        }
    }

    private String chosenOrganization() {
        String named = namedOrganization();
        String own = caller.organizationId();
        if (named == null) {
            return own != null ? own : organizations.standard();
        }
        return organizations
                .find(named)
                .filter(found -> own == null || own.equals(found))
                .orElseThrow(() -> notFound("organization", named));
    }

    private @Nullable String namedOrganization() {
        String named = exchange.request().getHeader(ORGANIZATION_HEADER);
        return named == null || named.isBlank() ? null : named.strip();
    }
}
