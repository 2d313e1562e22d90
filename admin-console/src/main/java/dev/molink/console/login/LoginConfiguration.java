package dev.molink.console.login;

import dev.molink.console.access.Area;
import dev.molink.console.access.Visitor;
import dev.molink.console.access.Visitors;
import dev.molink.console.oidc.OidcLogin;
import dev.molink.console.oidc.OidcSettings;
import dev.molink.console.system.ConsolePaths;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.audit.AuditTrail;
import dev.molink.controlplane.members.Members;
import dev.molink.controlplane.members.ProviderLogins;
import dev.molink.controlplane.storage.DataSettings;
import dev.molink.controlplane.storage.Transactions;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.SessionTrackingMode;
import jakarta.servlet.http.HttpServletRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.servlet.CookieSameSiteSupplier;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.authentication.session.ChangeSessionIdAuthenticationStrategy;
import org.springframework.security.web.authentication.session.CompositeSessionAuthenticationStrategy;
import org.springframework.security.web.authentication.session.SessionAuthenticationStrategy;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfAuthenticationStrategy;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.savedrequest.CookieRequestCache;
import org.springframework.security.web.savedrequest.RequestCache;

/**
 * The filter chain of the console, for its own paths only and before those of the process that carries it. What no rule
 * allows is denied. Nobody gets a session before the login succeeded, so strangers cannot fill the memory with them: the
 * CSRF token and the page that was asked for travel in cookies until then.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OidcSettings.class)
@Import({LoginController.class, AccountController.class})
public class LoginConfiguration {

    private static final int BEFORE_THE_GATEWAY = 5;
    private static final String COOKIE_PATH = "/console";
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    @Bean
    Visitors consoleVisitors(Accounts accounts, Members members) {
        return new Visitors(accounts, members);
    }

    @Bean
    LoginThrottle consoleLoginThrottle(InstantSource clock) {
        return new LoginThrottle(clock);
    }

    @Bean
    LoginRecord consoleLoginRecord(AuditTrail trail, Transactions transactions) {
        return new LoginRecord(trail, transactions);
    }

    @Bean
    VisitorSession consoleVisitorSession() {
        return new VisitorSession();
    }

    @Bean
    @Order(BEFORE_THE_GATEWAY)
    SecurityFilterChain console(
            HttpSecurity http,
            Accounts accounts,
            Visitors visitors,
            VisitorSession visitorSession,
            LoginThrottle throttle,
            LoginRecord record,
            ObjectProvider<OidcLogin> provider) {
        AccountLogin login = new AccountLogin(accounts, visitors, throttle, record);
        CsrfTokenRepository csrfTokens = csrfTokens();
        provider.ifAvailable(oidc -> withProvider(http, oidc, csrfTokens, visitorSession, record));
        return http.securityMatcher(ConsolePaths::contain)
                .addFilterBefore(new VisitorFilter(visitors, visitorSession), AuthorizationFilter.class)
                .authenticationManager(new ProviderManager(login))
                .authorizeHttpRequests(LoginConfiguration::rules)
                .formLogin(form -> form.loginPage(LoginController.PATH)
                        .defaultSuccessUrl("/console/overview")
                        .failureHandler(new Refusals()))
                .logout(logout -> logout.logoutUrl("/console/logout")
                        .addLogoutHandler((request, response, visitor) -> recordLogout(record, request, visitor))
                        .logoutSuccessUrl(LoginOutcome.LOGGED_OUT.page()))
                .exceptionHandling(failures ->
                        failures.authenticationEntryPoint(new Refusals()).accessDeniedHandler(new Refusals()))
                .requestCache(cache -> cache.requestCache(pagesAskedFor()))
                .csrf(csrf -> csrf.csrfTokenRepository(csrfTokens))
                .sessionManagement(session -> session.sessionFixation(fixation -> fixation.changeSessionId()))
                .headers(headers -> headers.contentSecurityPolicy(
                                policy -> policy.policyDirectives(CONTENT_SECURITY_POLICY))
                        .frameOptions(HeadersConfigurer.FrameOptionsConfig::deny)
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.SAME_ORIGIN)))
                .build();
    }

    @Bean
    @ConditionalOnProperty("molink.console.oidc.issuer")
    OidcLogin consoleOidcLogin(OidcSettings settings, ProviderLogins logins, Visitors visitors, InstantSource clock) {
        return new OidcLogin(settings, logins, visitors, clock);
    }

    /** The filters find out by the path whether a request is theirs. */
    private static void withProvider(
            HttpSecurity http,
            OidcLogin oidc,
            CsrfTokenRepository csrfTokens,
            VisitorSession visitorSession,
            LoginRecord record) {
        ProviderOutcomes outcomes = new ProviderOutcomes(visitorSession, record, pagesAskedFor());
        SessionAuthenticationStrategy newSession = new CompositeSessionAuthenticationStrategy(
                List.of(new ChangeSessionIdAuthenticationStrategy(), new CsrfAuthenticationStrategy(csrfTokens)));
        http.addFilterBefore(oidc.start(pagesAskedFor(), outcomes), UsernamePasswordAuthenticationFilter.class);
        http.addFilterBefore(oidc.finish(newSession, outcomes, outcomes), UsernamePasswordAuthenticationFilter.class);
    }

    private static void recordLogout(
            LoginRecord record, HttpServletRequest request, @Nullable Authentication authentication) {
        if (authentication != null && authentication.getPrincipal() instanceof Visitor visitor) {
            record.loggedOut(visitor, request.getRemoteAddr());
        }
    }

    private static void rules(
            AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry requests) {
        requests.dispatcherTypeMatchers(DispatcherType.ERROR).permitAll();
        requests.requestMatchers("/console/assets/**", LoginController.PATH, "/console/invite")
                .permitAll();
        requests.requestMatchers(HttpMethod.GET, "/console", "/console/").authenticated();
        requests.requestMatchers("/console/account", "/console/account/**").authenticated();
        requests.requestMatchers("/console/keys/*/revoke").hasAuthority(Area.KEYS.manage());
        requests.requestMatchers("/console/members/*/remove").hasAuthority(Area.MEMBERS.manage());
        for (Area area : Area.values()) {
            requests.requestMatchers(HttpMethod.GET, area.pattern()).hasAuthority(area.view());
            requests.requestMatchers(area.pattern()).hasAuthority(area.manage());
        }
        requests.anyRequest().denyAll();
    }

    /** The session is the console's alone, and two consoles on one host keep their visitors apart by the port. */
    @Bean
    ServletContextInitializer consoleSession(Environment environment) {
        String name = "MOLINK_CONSOLE_" + environment.getProperty("server.port", "8080");
        return context -> {
            context.getSessionCookieConfig().setName(name);
            context.getSessionCookieConfig().setPath(COOKIE_PATH);
            context.getSessionCookieConfig().setHttpOnly(true);
            context.setSessionTrackingModes(Set.of(SessionTrackingMode.COOKIE));
        };
    }

    @Bean
    FirstAccount consoleFirstAccount(Accounts accounts, DataSettings files) {
        return new FirstAccount(accounts, files);
    }

    @Bean
    CookieSameSiteSupplier consoleCookies() {
        return CookieSameSiteSupplier.ofLax();
    }

    private static CsrfTokenRepository csrfTokens() {
        CookieCsrfTokenRepository tokens = new CookieCsrfTokenRepository();
        tokens.setCookieName("MOLINK_CONSOLE_CSRF");
        tokens.setCookieCustomizer(
                cookie -> cookie.path(COOKIE_PATH).httpOnly(true).sameSite("Strict"));
        return tokens;
    }

    private static RequestCache pagesAskedFor() {
        CookieRequestCache pages = new CookieRequestCache();
        pages.setRequestMatcher(
                request -> HttpMethod.GET.matches(request.getMethod()) && !Refusals.isLiveUpdate(request));
        pages.setCookieCustomizer(cookie -> cookie.setPath(COOKIE_PATH));
        return pages;
    }
}
