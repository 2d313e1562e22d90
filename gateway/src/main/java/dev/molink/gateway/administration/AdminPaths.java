package dev.molink.gateway.administration;

import java.util.List;

/** The paths of the administration. */
final class AdminPaths {

    private static final List<String> ROOTS = List.of("/v1/organization", "/admin/v1");

    /** For matchers: each root and all below it. */
    static final String[] PATTERNS =
            ROOTS.stream().flatMap(root -> List.of(root, root + "/**").stream()).toArray(String[]::new);

    private AdminPaths() {}

    static boolean contain(String pattern) {
        return ROOTS.stream().anyMatch(root -> pattern.equals(root) || pattern.startsWith(root + "/"));
    }
}
