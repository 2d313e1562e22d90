package dev.molink.controlplane.accounts;

import dev.molink.controlplane.access.Role;
import java.time.Instant;

/** An account without its password's hash. */
public record AccountSummary(String accountId, String login, Role role, Instant createdAt) {}
