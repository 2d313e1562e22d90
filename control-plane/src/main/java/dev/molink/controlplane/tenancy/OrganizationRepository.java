package dev.molink.controlplane.tenancy;

import java.util.Optional;
import org.springframework.data.repository.Repository;

interface OrganizationRepository extends Repository<Organization, String> {

    Organization save(Organization organization);

    Optional<Organization> findByName(String name);
}
