package dev.molink.dbmigrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.output.MigrateResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every migration, from nothing and from each version before it with rows in the tables, on every database. */
class MigrationTests {

    private static final String LATEST = "latest";

    /** Tables in which the migrations themselves put a row. */
    private static final Set<String> SEEDED =
            Set.of("api_key_change", "audit_head", "price_change", "usage_limit_change");

    @ParameterizedTest
    @EnumSource
    void buildsTheSchemaFromNothing(TestDatabase database) throws SQLException {
        String url = database.emptyDatabaseUrl();

        MigrateResult result = TestDatabase.flyway(url, LATEST).migrate();

        assertThat(result.success).isTrue();
        try (Connection connection = TestDatabase.connect(url)) {
            for (String table : tables(url)) {
                assertThat(count(connection, table) > 0).as(table).isEqualTo(SEEDED.contains(table));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheRowsOfEveryEarlierVersion(TestDatabase database) throws SQLException {
        for (int version : earlierVersions(database)) {
            String url = database.emptyDatabaseUrl();
            TestDatabase.flyway(url, String.valueOf(version)).migrate();
            insertRows(url, 1, version);

            TestDatabase.flyway(url, LATEST).migrate();

            insertRows(url, version + 1, Integer.MAX_VALUE);
            try (Connection connection = TestDatabase.connect(url)) {
                for (String table : tables(url)) {
                    assertThat(count(connection, table))
                            .as("%s from version %d", table, version)
                            .isPositive();
                }
            }
        }
    }

    /** With full counts each; else the newest two, to which a change is made, and some of the others. */
    private static List<Integer> earlierVersions(TestDatabase database) throws SQLException {
        List<Integer> all = versions(database.emptyDatabaseUrl());
        if (Boolean.getBoolean("molink.test.full")) {
            return all;
        }
        long seed = System.nanoTime();
        List<Integer> older = new ArrayList<>(all.subList(0, all.size() - 2));
        Collections.shuffle(older, new Random(seed));
        List<Integer> some = new ArrayList<>(all.subList(all.size() - 2, all.size()));
        some.addAll(older.subList(0, 4));
        System.out.printf("MigrationTests: from versions %s with seed %d%n", some, seed);
        return some;
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

        assertThat(versions).allSatisfy(version -> assertThat(rows(version)).isNotEmpty());
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
            for (String table : tables(url)) {
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
            for (int version : versions(url)) {
                if (version >= firstVersion && version <= lastVersion) {
                    for (String row : rows(version)) {
                        statement.execute(row);
                    }
                }
            }
        }
    }

    /** A row for each table that the version makes, and a value for each column that it adds. */
    private static List<String> rows(int version) {
        String file = "/rows/V%04d.sql".formatted(version);
        try (InputStream statements = MigrationTests.class.getResourceAsStream(file)) {
            assertThat(statements).as("sample rows in %s", file).isNotNull();
            String text = new String(statements.readAllBytes(), StandardCharsets.UTF_8);
            return statements(text);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file, unreadable);
        }
    }

    private static List<String> statements(String text) {
        return Stream.of(text.split(";\\s*(\n|$)"))
                .filter(statement -> !statement.isBlank())
                .toList();
    }

    private static List<String> tables(String url) throws SQLException {
        return strings(url, """
                SELECT LOWER(table_name) FROM information_schema.tables
                WHERE LOWER(table_schema) = 'public' AND table_type = 'BASE TABLE'
                    AND LOWER(table_name) <> 'flyway_schema_history'""");
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
