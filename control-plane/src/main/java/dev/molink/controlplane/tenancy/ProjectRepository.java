package dev.molink.controlplane.tenancy;

import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Stored projects. */
public interface ProjectRepository extends Repository<Project, String> {

    Project save(Project project);

    Optional<Project> findById(String id);

    Optional<Project> findByOrganizationAndName(Organization organization, String name);

    @Query("select p from Project p join fetch p.organization o order by o.name, p.name")
    List<Project> findAllInOrder();
}
