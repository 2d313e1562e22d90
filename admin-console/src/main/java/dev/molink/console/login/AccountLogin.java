package dev.molink.console.login;

import dev.molink.console.access.Visitor;
import dev.molink.controlplane.accounts.AccountSummary;
import dev.molink.controlplane.accounts.Accounts;
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
    private static final int MAX_LENGTH = 200;

    private final Accounts accounts;
    private final LoginThrottle throttle;

    AccountLogin(Accounts accounts, LoginThrottle throttle) {
        this.accounts = accounts;
        this.throttle = throttle;
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
        Optional<AccountSummary> account = accounts.authenticate(login, password);
        if (account.isEmpty()) {
            LOG.info("a login from {} failed", address);
            throw new BadCredentialsException("no account has this login and password");
        }
        throttle.succeeded(login, address);
        return authenticated(account.get(), attempt);
    }

    private static Authentication authenticated(AccountSummary account, Authentication attempt) {
        Visitor visitor = new Visitor(account.accountId(), account.login(), account.role());
        var token = UsernamePasswordAuthenticationToken.authenticated(visitor, null, visitor.authorities());
        token.setDetails(attempt.getDetails());
        LOG.info("{} logged in from {}", visitor.accountId(), address(attempt));
        return token;
    }

    private static String address(Authentication attempt) {
        return attempt.getDetails() instanceof WebAuthenticationDetails details && details.getRemoteAddress() != null
                ? details.getRemoteAddress()
                : "";
    }
}
