package dev.molink.controlplane.tenancy;

import java.util.List;
import java.util.Optional;
import org.springframework.data.repository.Repository;

interface OrganizationRepository extends Repository<Organization, String> {

    Organization save(Organization organization);

    Optional<Organization> findById(String id);

    Optional<Organization> findByName(String name);

    List<Organization> findAllByOrderByName();
}
