package dev.molink.controlplane.accounts;

import java.util.Optional;
import org.springframework.data.repository.Repository;

interface AccountRepository extends Repository<Account, String> {

    Account save(Account account);

    Optional<Account> findByLogin(String login);

    long count();
}
