package dev.molink.gateway.administration;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.access.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table of roles in {@code docs/administration.md}: what users were told, and what the tests hold the code to. */
final class RolesTable {

    private final Map<Area, Map<Role, String>> cells = new EnumMap<>(Area.class);

    private RolesTable() {}

    static RolesTable ofTheDocumentation() {
        RolesTable table = new RolesTable();
        List<String> lines;
        try {
            lines = Files.readAllLines(Path.of("..", "docs", "administration.md"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        int head = lines.indexOf("| area | owner | admin | developer | finance | viewer |");
        for (String line : lines.subList(head + 2, lines.size())) {
            if (!line.startsWith("|")) {
                break;
            }
            table.add(Arrays.stream(line.split("\\|", -1)).map(String::strip).toList());
        }
        return table;
    }

    boolean allows(Role role, Area area, Access access) {
        String cell = cells.getOrDefault(area, Map.of()).getOrDefault(role, "");
        return cell.equals("manage") || (cell.equals("view") && access == Access.VIEW);
    }

    private void add(List<String> columns) {
        Map<Role, String> row = new EnumMap<>(Role.class);
        int column = 2;
        for (Role role : Role.values()) {
            row.put(role, columns.get(column++));
        }
        cells.put(Area.valueOf(columns.get(1).toUpperCase(Locale.ROOT)), row);
    }
}
