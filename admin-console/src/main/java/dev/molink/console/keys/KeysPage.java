package dev.molink.console.keys;

import dev.molink.controlplane.tenancy.ProjectSummary;
import java.util.List;

/** All that the list of keys shows. {@code manageable}: the visitor may create and revoke. */
record KeysPage(boolean manageable, List<ProjectSummary> projects, List<KeyView> keys) {}
