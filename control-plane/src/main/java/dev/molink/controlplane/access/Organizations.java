package dev.molink.controlplane.access;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which organization an administration request is about. */
public final class Organizations {

    private static final String STANDARD = "default";

    private final JdbcClient database;

    Organizations(JdbcClient database) {
        this.database = database;
    }

    /** The id of the organization with this id or, failing that, this name. */
    public Optional<String> find(String idOrName) {
        return database
                .sql(
                        "SELECT id FROM organization WHERE id = :text OR name = :text ORDER BY CASE WHEN id = :text THEN 0 ELSE 1 END")
                .param("text", idOrName)
                .query(String.class)
                .list()
                .stream()
                .findFirst();
    }

    /**
     * The organization that is meant where none is named: the one called {@code default}, else the only one.
     *
     * @throws RefusedException when there are several and none is called so, or there is none at all
     */
    public String standard() {
        return find(STANDARD).orElseGet(this::only);
    }

    private String only() {
        List<String> ids = database.sql("SELECT id FROM organization ORDER BY id FETCH FIRST 2 ROWS ONLY")
                .query(String.class)
                .list();
        if (ids.size() == 1) {
            return ids.getFirst();
        }
        throw new RefusedException(
                Reason.INVALID_VALUE,
                ids.isEmpty()
                        ? "there is no organization yet; create a project first"
                        : "name the organization in the header OpenAI-Organization: there are several, and none is called 'default'",
                "OpenAI-Organization");
    }
}
