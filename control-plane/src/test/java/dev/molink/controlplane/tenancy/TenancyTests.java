package dev.molink.controlplane.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.TestDatabase;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TenancyTests {

    @ParameterizedTest
    @EnumSource
    void createsAProjectAndItsOrganization(TestDatabase database) {
        Tenancy tenancy = database.bean(Tenancy.class);
        String organization = UUID.randomUUID().toString();

        ProjectSummary created = tenancy.createProject(organization, "search");

        assertThat(tenancy.project(created.projectId())).isEqualTo(created);
        assertThat(tenancy.projects()).contains(created);
        assertThat(created.organizationName()).isEqualTo(organization);
    }

    @ParameterizedTest
    @EnumSource
    void refusesASecondProjectOfTheNameInAnOrganization(TestDatabase database) {
        Tenancy tenancy = database.bean(Tenancy.class);
        String organization = UUID.randomUUID().toString();
        tenancy.createProject(organization, "search");

        assertThatThrownBy(() -> tenancy.createProject(organization, " search "))
                .isInstanceOf(RefusedException.class)
                .hasMessage("the organization '%s' already has a project 'search'", organization);
        assertThat(tenancy.createProject(UUID.randomUUID().toString(), "search").name())
                .isEqualTo("search");
    }

    @ParameterizedTest
    @EnumSource
    void ensuringAProjectCreatesItOnce(TestDatabase database) {
        Tenancy tenancy = database.bean(Tenancy.class);
        String organization = UUID.randomUUID().toString();

        ProjectSummary first = tenancy.ensureProject(organization, "demo");
        ProjectSummary second = tenancy.ensureProject(organization, "demo");

        assertThat(second).isEqualTo(first);
    }

    /** Forbidden: a failure, or two projects. */
    @ParameterizedTest
    @EnumSource
    void replicasThatStartTogetherEnsureOneProject(TestDatabase database) throws Exception {
        Tenancy tenancy = database.bean(Tenancy.class);
        for (int round = 0; round < 5; round++) {
            String organization = UUID.randomUUID().toString();

            List<ProjectSummary> ensured = InParallel.run(4, replica -> tenancy.ensureProject(organization, "demo"));

            assertThat(ensured)
                    .extracting(ProjectSummary::projectId)
                    .containsOnly(ensured.getFirst().projectId());
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysThatThereIsNoSuchProject(TestDatabase database) {
        assertThatThrownBy(() -> database.bean(Tenancy.class).project("proj_none"))
                .isInstanceOf(RefusedException.class)
                .hasMessage("there is no project 'proj_none'");
    }
}
