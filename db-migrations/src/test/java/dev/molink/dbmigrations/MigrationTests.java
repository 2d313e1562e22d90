package dev.molink.dbmigrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.output.MigrateResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every migration, from nothing and from each version before it with rows in the tables, on every database. */
class MigrationTests {

    private static final String LATEST = "latest";

    /** A row for each table by the version that made it, and a value for each column by the version that added it. */
    private static final Map<Integer, List<String>> ROWS = new TreeMap<>(Map.of(
            1,
            List.of("INSERT INTO organization VALUES ('org_1', 'default', CURRENT_TIMESTAMP)", """
                    INSERT INTO project (id, organization_id, name, created_at)
                    VALUES ('proj_1', 'org_1', 'demo', CURRENT_TIMESTAMP)"""),
            2,
            List.of("""
                    INSERT INTO api_key (id, project_id, name, public_id, digest_hex, pepper_id, redacted, created_at)
                    VALUES ('key_1', 'proj_1', 'laptop', 'abc', 'ff', 'p1', 'sk-…', CURRENT_TIMESTAMP)"""),
            3,
            List.of("INSERT INTO account VALUES ('acct_1', 'admin', '{noop}x', 'OWNER', CURRENT_TIMESTAMP)"),
            4,
            List.of("""
                    INSERT INTO usage_record (request_id, api_key_id, project_id, organization_id, model, pipeline, endpoint,
                        prompt_tokens, cached_tokens, generated_tokens, finish_reasons, received_at, finished_at, evidence)
                    VALUES ('req_1', 'key_1', 'proj_1', 'org_1', 'molink-demo', 'default', '/v1/completions', 3, 0, 5, 'stop',
                        CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 'HEAD')"""),
            5,
            List.of("""
                    INSERT INTO fleet_node VALUES ('gw_1', 'node_1', '0.1.0', '10.0.0.1:50061', 'default', 'molink-demo', 'f32',
                        8, 0, 8, 'READY', 'cpu', '2 threads', 1, 1, 1, 0, 0, 0, 0, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP,
                        CURRENT_TIMESTAMP)""", """
                    INSERT INTO fleet_pipeline (gateway_id, pipeline, model, model_layers, state, epoch, reason,
                        lease_expires_at)
                    VALUES ('gw_1', 'default', 'molink-demo', 8, 'SERVING', 1, '', CURRENT_TIMESTAMP)"""),
            6,
            List.of("""
                    UPDATE usage_record SET computed_rows = 7, recomputed_rows = 0, replayed_rows = 0,
                        verified_accepted_rows = 0, verified_rejected_rows = 0, discarded_rows = 1"""),
            7,
            List.of("UPDATE project SET shares_prefix_cache = TRUE"),
            8,
            List.of("UPDATE usage_record SET codec = 'int8'"),
            9,
            List.of("INSERT INTO fleet_link VALUES ('gw_1', 'default', 'molink-demo', 0, 1, 1, 1, 0.5)")));

    private static final List<String> TABLES = List.of(
            "organization",
            "project",
            "api_key",
            "api_key_change",
            "account",
            "usage_record",
            "fleet_node",
            "fleet_pipeline",
            "fleet_link");

    @ParameterizedTest
    @EnumSource
    void buildsTheSchemaFromNothing(TestDatabase database) throws SQLException {
        String url = database.emptyDatabaseUrl();

        MigrateResult result = TestDatabase.flyway(url, LATEST).migrate();

        assertThat(result.success).isTrue();
        try (Connection connection = TestDatabase.connect(url)) {
            for (String table : TABLES) {
                assertThat(count(connection, table)).as(table).isEqualTo(table.equals("api_key_change") ? 1 : 0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheRowsOfEveryEarlierVersion(TestDatabase database) throws SQLException {
        for (int version : versions(database.emptyDatabaseUrl())) {
            String url = database.emptyDatabaseUrl();
            TestDatabase.flyway(url, String.valueOf(version)).migrate();
            insertRows(url, 1, version);

            TestDatabase.flyway(url, LATEST).migrate();

            insertRows(url, version + 1, Integer.MAX_VALUE);
            try (Connection connection = TestDatabase.connect(url)) {
                for (String table : TABLES) {
                    assertThat(count(connection, table))
                            .as("%s from version %d", table, version)
                            .isEqualTo(1);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void earlierRowsCountNoRowsShareNoPrefixesAndNameNoCodec(TestDatabase database) throws SQLException {
        String url = database.emptyDatabaseUrl();
        TestDatabase.flyway(url, "5").migrate();
        insertRows(url, 1, 5);

        TestDatabase.flyway(url, LATEST).migrate();

        assertThat(strings(url, "SELECT computed_rows FROM usage_record")).containsExactly((String) null);
        assertThat(strings(url, "SELECT codec FROM usage_record")).containsExactly((String) null);
        assertThat(strings(url, "SELECT id FROM project WHERE NOT shares_prefix_cache"))
                .containsExactly("proj_1");
    }

    @ParameterizedTest
    @EnumSource
    void refusesRowsOfWhichOnlySomeAreCounted(TestDatabase database) throws SQLException {
        String url = database.emptyDatabaseUrl();
        TestDatabase.flyway(url, LATEST).migrate();
        insertRows(url, 1, 5);

        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("UPDATE usage_record SET replayed_rows = -1"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageMatching("(?is).*ck_usage_record_rows.*");
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyMigrationHasSampleRows(TestDatabase database) throws SQLException {
        List<Integer> versions = versions(database.emptyDatabaseUrl());

        assertThat(ROWS.keySet()).containsExactlyElementsOf(versions);
    }

    @ParameterizedTest
    @EnumSource
    void findsNothingToDoTheSecondTime(TestDatabase database) throws SQLException {
        String url = database.emptyDatabaseUrl();
        TestDatabase.flyway(url, LATEST).migrate();

        MigrateResult again = TestDatabase.flyway(url, LATEST).migrate();

        assertThat(again.migrationsExecuted).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void namesEveryConstraintByItsKind(TestDatabase database) throws SQLException {
        String url = database.emptyDatabaseUrl();
        TestDatabase.flyway(url, LATEST).migrate();

        List<String> names = strings(url, """
                SELECT LOWER(constraint_name) FROM information_schema.table_constraints
                WHERE LOWER(table_schema) = 'public' AND LOWER(table_name) <> 'flyway_schema_history'""");

        assertThat(names.stream().filter(name -> !name.endsWith("not_null")))
                .isNotEmpty()
                .allMatch(name -> name.matches("(pk|uq|fk|ck)_.*"));
    }

    @ParameterizedTest
    @EnumSource
    void indexesEveryForeignKey(TestDatabase database) throws SQLException {
        String url = database.emptyDatabaseUrl();
        TestDatabase.flyway(url, LATEST).migrate();

        try (Connection connection = TestDatabase.connect(url)) {
            for (String table : TABLES) {
                assertThat(leadingIndexColumns(connection, table))
                        .as("indexes of " + table)
                        .containsAll(foreignKeyColumns(connection, table));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesEveryInstantAZone(TestDatabase database) throws SQLException {
        String url = database.emptyDatabaseUrl();
        TestDatabase.flyway(url, LATEST).migrate();

        List<String> types = strings(url, """
                SELECT LOWER(data_type) FROM information_schema.columns
                WHERE LOWER(table_schema) = 'public' AND LOWER(column_name) LIKE '%\\_at' ESCAPE '\\'
                    AND LOWER(table_name) <> 'flyway_schema_history'""");

        assertThat(types).isNotEmpty().containsOnly("timestamp with time zone");
    }

    private static List<Integer> versions(String url) {
        List<Integer> versions = new ArrayList<>();
        for (MigrationInfo migration : TestDatabase.flyway(url, LATEST).info().all()) {
            versions.add(migration.getVersion().getMajor().intValueExact());
        }
        return versions;
    }

    private static void insertRows(String url, int firstVersion, int lastVersion) throws SQLException {
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement()) {
            for (Map.Entry<Integer, List<String>> rows : ROWS.entrySet()) {
                if (rows.getKey() >= firstVersion && rows.getKey() <= lastVersion) {
                    for (String insert : rows.getValue()) {
                        statement.execute(insert);
                    }
                }
            }
        }
    }

    private static long count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static List<String> strings(String url, String query) throws SQLException {
        List<String> strings = new ArrayList<>();
        try (Connection connection = TestDatabase.connect(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                strings.add(rows.getString(1));
            }
        }
        return strings;
    }

    private static Set<String> foreignKeyColumns(Connection connection, String table) throws SQLException {
        DatabaseMetaData metadata = connection.getMetaData();
        try (ResultSet keys = metadata.getImportedKeys(null, null, stored(metadata, table))) {
            return columns(keys, "FKCOLUMN_NAME", "KEY_SEQ");
        }
    }

    private static Set<String> leadingIndexColumns(Connection connection, String table) throws SQLException {
        DatabaseMetaData metadata = connection.getMetaData();
        try (ResultSet indexes = metadata.getIndexInfo(null, null, stored(metadata, table), false, true)) {
            return columns(indexes, "COLUMN_NAME", "ORDINAL_POSITION");
        }
    }

    private static Set<String> columns(ResultSet rows, String nameColumn, String positionColumn) throws SQLException {
        Set<String> columns = new HashSet<>();
        while (rows.next()) {
            if (rows.getInt(positionColumn) == 1) {
                columns.add(rows.getString(nameColumn).toLowerCase(Locale.ROOT));
            }
        }
        return columns;
    }

    private static String stored(DatabaseMetaData metadata, String table) throws SQLException {
        return metadata.storesUpperCaseIdentifiers() ? table.toUpperCase(Locale.ROOT) : table;
    }
}
