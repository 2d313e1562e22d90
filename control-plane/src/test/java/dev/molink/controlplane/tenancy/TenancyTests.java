package dev.molink.controlplane.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.controlplane.InParallel;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.keys.ProjectSettings;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.paging.PageRequest;
import dev.molink.controlplane.paging.PageRequest.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

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

    @ParameterizedTest
    @EnumSource
    void aProjectIsBilledUnlessItsOrganizationIsExcepted(TestDatabase database) {
        Tenancy tenancy = database.bean(Tenancy.class);
        String name = UUID.randomUUID().toString();

        assertThat(tenancy.ensureProject(Tenancy.DEFAULT_ORGANIZATION, name).billed())
                .isFalse();
        assertThat(tenancy.ensureProject("demo", name).billed()).isFalse();
        assertThat(tenancy.ensureProject(name, name).billed()).isTrue();
        assertThat(tenancy.createProject(Tenancy.DEFAULT_ORGANIZATION, name + "2")
                        .billed())
                .isTrue();
    }

    @Test
    void exceptsTheLocalOrganizationsUnlessToldOtherwise() {
        assertThat(settings(Map.of()).unbilledOrganizations()).containsExactlyInAnyOrder("default", "demo");
        assertThat(settings(Map.of("molink.tenancy.unbilled-organizations", "")).unbilledOrganizations())
                .isEmpty();
        assertThat(settings(Map.of("molink.tenancy.unbilled-organizations", "lab, demo"))
                        .unbilledOrganizations())
                .containsExactlyInAnyOrder("lab", "demo");
    }

    @ParameterizedTest
    @EnumSource
    void addsAProjectToAnOrganizationById(TestDatabase database) {
        Tenancy tenancy = database.bean(Tenancy.class);
        OrganizationSummary organization =
                tenancy.ensureOrganization(UUID.randomUUID().toString());

        ProjectSummary added = tenancy.addProject(organization.organizationId(), "search", false);

        assertThat(added.billed()).isFalse();
        assertThat(tenancy.project(organization.organizationId(), added.projectId()))
                .isEqualTo(added);
        assertThat(tenancy.organizations()).contains(organization);
        assertThat(tenancy.organization(organization.organizationId())).isEqualTo(organization);
        assertThatThrownBy(() -> tenancy.project("org_other", added.projectId()))
                .isInstanceOf(RefusedException.class)
                .hasMessage("there is no project '%s'", added.projectId());
        assertThatThrownBy(() -> tenancy.addProject("org_none", "search", true))
                .isInstanceOf(RefusedException.class)
                .hasMessage("there is no organization 'org_none'");
    }

    @ParameterizedTest
    @EnumSource
    void renamesAProjectToAFreeName(TestDatabase database) {
        Tenancy tenancy = database.bean(Tenancy.class);
        String organization = UUID.randomUUID().toString();
        ProjectSummary project = tenancy.createProject(organization, "search");
        tenancy.createProject(organization, "taken");

        ProjectSummary renamed = tenancy.rename(project.projectId(), " retrieval ");

        assertThat(renamed.name()).isEqualTo("retrieval");
        assertThat(tenancy.project(project.projectId())).isEqualTo(renamed);
        assertThat(tenancy.rename(project.projectId(), "retrieval")).isEqualTo(renamed);
        assertThatThrownBy(() -> tenancy.rename(project.projectId(), "taken"))
                .isInstanceOf(RefusedException.class)
                .hasMessage("the organization '%s' already has a project 'taken'", organization);
    }

    @ParameterizedTest
    @EnumSource
    void listsAnOrganizationsProjectsByPages(TestDatabase database) {
        Tenancy tenancy = database.bean(Tenancy.class);
        String organization = UUID.randomUUID().toString();
        List<String> ids = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            database.clock().advance(Duration.ofMillis(1));
            ids.add(tenancy.createProject(organization, "p" + number).projectId());
        }
        String organizationId = tenancy.project(ids.getFirst()).organizationId();
        database.bean(ProjectSettings.class).archive(ids.get(1));

        Page<ProjectSummary> first = tenancy.projects(organizationId, false, PageRequest.first(2, Order.ASC));
        Page<ProjectSummary> second =
                tenancy.projects(organizationId, false, new PageRequest(2, ids.get(2), null, Order.ASC));
        Page<ProjectSummary> before =
                tenancy.projects(organizationId, true, new PageRequest(2, null, ids.get(3), Order.ASC));

        assertThat(first.items()).extracting(ProjectSummary::projectId).containsExactly(ids.get(0), ids.get(2));
        assertThat(first.hasMore()).isTrue();
        assertThat(second.items()).extracting(ProjectSummary::projectId).containsExactly(ids.get(3), ids.get(4));
        assertThat(second.hasMore()).isFalse();
        assertThat(before.items()).extracting(ProjectSummary::projectId).containsExactly(ids.get(1), ids.get(2));
        assertThat(before.hasMore()).isTrue();
        assertThatThrownBy(
                        () -> tenancy.projects(organizationId, true, new PageRequest(2, "proj_none", null, Order.ASC)))
                .isInstanceOf(RefusedException.class)
                .hasMessage("'after' names no item of this list");
    }

    private static TenancySettings settings(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("molink.tenancy", TenancySettings.class);
    }
}
