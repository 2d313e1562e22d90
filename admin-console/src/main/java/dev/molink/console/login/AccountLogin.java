package dev.molink.console.login;

import dev.molink.console.access.Visitor;
import dev.molink.console.access.Visitors;
import dev.molink.controlplane.accounts.AccountSummary;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.accounts.PasswordsBusyException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/** Checks login and password against the local accounts. Neither is logged: people type passwords into the wrong field. */
final class AccountLogin implements AuthenticationProvider {

    private static final Logger LOG = LoggerFactory.getLogger(AccountLogin.class);
    private static final int MAX_LENGTH = 254;
    private static final String WAY = "password";

    private final Accounts accounts;
    private final Visitors visitors;
    private final LoginThrottle throttle;
    private final LoginRecord record;

    AccountLogin(Accounts accounts, Visitors visitors, LoginThrottle throttle, LoginRecord record) {
        this.accounts = accounts;
        this.visitors = visitors;
        this.throttle = throttle;
        this.record = record;
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
    }

    @Override
    public Authentication authenticate(Authentication attempt) {
        String login = attempt.getName();
        String password = String.valueOf(attempt.getCredentials());
        String address = address(attempt);
        if (login.length() > MAX_LENGTH || password.length() > MAX_LENGTH) {
            throw new BadCredentialsException("longer than any login or password");
        }
        if (!throttle.admit(login, address)) {
            LOG.warn("a login from {} was refused after too many failures", address);
            throw new TooManyAttemptsException();
        }
        Optional<AccountSummary> account = authenticate(login, password);
        if (account.isEmpty()) {
            LOG.info("a login from {} failed", address);
            String known =
                    accounts.findByLogin(login).map(AccountSummary::accountId).orElse(null);
            record.failed(known, WAY, "credentials", address);
            throw new BadCredentialsException("no account has this login and password");
        }
        throttle.succeeded(login, address);
        return authenticated(account.get(), attempt);
    }

    private Optional<AccountSummary> authenticate(String login, String password) {
        try {
            return accounts.authenticate(login, password);
        } catch (PasswordsBusyException busy) {
            throw new BusyException(busy);
        }
    }

    private Authentication authenticated(AccountSummary account, Authentication attempt) {
        String address = address(attempt);
        Visitor visitor = visitors.of(account, null).orElseThrow(() -> {
            record.failed(account.accountId(), WAY, "no_role", address);
            return new NoRoleException();
        });
        var token = UsernamePasswordAuthenticationToken.authenticated(visitor, null, visitor.authorities());
        token.setDetails(attempt.getDetails());
        LOG.info("{} logged in from {}", visitor.accountId(), address);
        record.succeeded(visitor, WAY, address);
        return token;
    }

    static String address(Authentication attempt) {
        return attempt.getDetails() instanceof WebAuthenticationDetails details && details.getRemoteAddress() != null
                ? details.getRemoteAddress()
                : "";
    }
}
