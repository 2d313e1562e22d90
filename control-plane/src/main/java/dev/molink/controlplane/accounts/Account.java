package dev.molink.controlplane.accounts;

import dev.molink.controlplane.access.Role;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import java.time.Instant;

@Entity
class Account {

    @Id
    private String id;

    private String login;
    private String passwordHash;

    @Enumerated(EnumType.STRING)
    private Role role;

    private Instant createdAt;

    @SuppressWarnings("NullAway.Init") // for Hibernate, which fills the fields
    protected Account() {}

    Account(String id, String login, String passwordHash, Role role, Instant createdAt) {
        this.id = id;
        this.login = login;
        this.passwordHash = passwordHash;
        this.role = role;
        this.createdAt = createdAt;
    }

    String passwordHash() {
        return passwordHash;
    }

    void changePassword(String hash) {
        passwordHash = hash;
    }

    void changeRole(Role newRole) {
        role = newRole;
    }

    AccountSummary summary() {
        return new AccountSummary(id, login, role, createdAt);
    }
}
