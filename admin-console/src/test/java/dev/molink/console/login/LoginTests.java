package dev.molink.console.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.not;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.security.test.web.servlet.response.SecurityMockMvcResultMatchers.authenticated;
import static org.springframework.security.test.web.servlet.response.SecurityMockMvcResultMatchers.unauthenticated;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.cookie;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.view;

import dev.molink.console.testing.As;
import dev.molink.console.testing.ConsoleTest;
import dev.molink.console.testing.TestConsole;
import dev.molink.controlplane.access.Role;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;

@ConsoleTest
@ExtendWith(OutputCaptureExtension.class)
class LoginTests {

    @Autowired
    private MockMvc console;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console",
                "/console/overview",
                "/console/overview/live",
                "/console/fleet",
                "/console/fleet/live",
                "/console/keys",
                "/console/keys/key_1/revoke",
                "/console/unknown"
            })
    void strangersAreLedToTheLogin(String path) throws Exception {
        console.perform(get(path))
                .andExpect(status().is3xxRedirection())
                .andExpect(header().string("Location", endsWith("/console/login")));
    }

    @Test
    void aLiveUpdateWithoutLoginSendsTheBrowserToIt() throws Exception {
        console.perform(get("/console/fleet/live").header("HX-Request", "true"))
                .andExpect(status().isUnauthorized())
                .andExpect(header().string("HX-Redirect", "/console/login"));
    }

    @Test
    void thePageHasTheFormAndMakesNoSession() throws Exception {
        var result = console.perform(get("/console/login"))
                .andExpect(status().isOk())
                .andExpect(view().name("login/login"))
                .andExpect(content().string(containsString("id=\"username\"")))
                .andExpect(content().string(containsString("id=\"password\"")))
                .andExpect(content().string(containsString("id=\"login\"")))
                .andReturn();

        assertThat(result.getRequest().getSession(false)).isNull();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void everyRoleCanLogIn(Role role) throws Exception {
        attempt(TestConsole.login(role), TestConsole.PASSWORD)
                .andExpect(authenticated())
                .andExpect(redirectedUrl("/console/overview"));
    }

    @Test
    void aLoginGetsANewSessionId() throws Exception {
        MockHttpSession session = new MockHttpSession();
        String before = session.getId();

        console.perform(form("owner", TestConsole.PASSWORD).session(session)).andExpect(authenticated());

        assertThat(session.getId()).isNotEqualTo(before);
    }

    @Test
    void aWrongPasswordStaysOutsideAndOutOfTheLog(CapturedOutput log) throws Exception {
        attempt("owner", "hunter2-hunter2")
                .andExpect(unauthenticated())
                .andExpect(redirectedUrl("/console/login?outcome=FAILED"));
        attempt("a password in the wrong field", "x")
                .andExpect(unauthenticated())
                .andExpect(redirectedUrl("/console/login?outcome=FAILED"));

        assertThat(log).doesNotContain("hunter2-hunter2").doesNotContain("a password in the wrong field");
    }

    @Test
    void tooManyFailuresAreToldSoEvenWithTheRightPassword() throws Exception {
        String stranger = "stranger " + UUID.randomUUID();
        for (int i = 0; i < LoginThrottle.PER_ACCOUNT_AND_ADDRESS; i++) {
            attempt(stranger, "wrong").andExpect(redirectedUrl("/console/login?outcome=FAILED"));
        }

        attempt(stranger, TestConsole.PASSWORD).andExpect(redirectedUrl("/console/login?outcome=THROTTLED"));
    }

    @Test
    void aFormThatWasOpenForTooLongIsShownAgain() throws Exception {
        console.perform(post("/console/login").param("username", "owner").param("password", TestConsole.PASSWORD))
                .andExpect(unauthenticated())
                .andExpect(redirectedUrl("/console/login?outcome=EXPIRED"));
    }

    @Test
    void onlyKnownOutcomesAreTold() throws Exception {
        console.perform(get("/console/login").param("outcome", "THROTTLED"))
                .andExpect(content().string(containsString("Too many failed attempts")));
        console.perform(get("/console/login").param("outcome", "<b>anything</b>"))
                .andExpect(content().string(not(containsString("role=\"alert\""))));
    }

    @Test
    void loggingOutEndsTheSession() throws Exception {
        MockHttpSession session = (MockHttpSession) Objects.requireNonNull(
                attempt("viewer", TestConsole.PASSWORD).andReturn().getRequest().getSession(false));

        console.perform(post("/console/logout").session(session).with(csrf()))
                .andExpect(redirectedUrl("/console/login?outcome=LOGGED_OUT"));

        assertThat(session.isInvalid()).isTrue();
    }

    @Test
    void somebodyWhoIsLoggedInNeedsNoLogin() throws Exception {
        console.perform(get("/console/login").with(As.role(Role.VIEWER))).andExpect(redirectedUrl("/console"));
    }

    @Test
    void everyPageCarriesTheHeadersThatKeepOthersOut() throws Exception {
        console.perform(get("/console/login"))
                .andExpect(header().string("Content-Security-Policy", containsString("default-src 'none'")))
                .andExpect(header().string("Content-Security-Policy", not(containsString("unsafe"))))
                .andExpect(header().string("X-Frame-Options", "DENY"))
                .andExpect(header().string("X-Content-Type-Options", "nosniff"))
                .andExpect(header().string("Referrer-Policy", "same-origin"))
                .andExpect(cookie().httpOnly("MOLINK_CONSOLE_CSRF", true))
                .andExpect(cookie().path("MOLINK_CONSOLE_CSRF", "/console"));
    }

    private ResultActions attempt(String login, String password) throws Exception {
        return console.perform(form(login, password));
    }

    private static MockHttpServletRequestBuilder form(String login, String password) {
        return post("/console/login")
                .param("username", login)
                .param("password", password)
                .with(csrf());
    }
}
