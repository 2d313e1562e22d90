package dev.molink.gateway.administration;

import dev.molink.controlplane.adminkeys.AdminKeyVerifier;
import dev.molink.controlplane.keys.KeyVerifier;
import dev.molink.gateway.http.ApiExchanges;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;

/** The administration's own filter chain, before the API's, which would take ordinary keys for some of its paths. */
@Configuration(proxyBeanMethods = false)
class AdminSecurity {

    @Bean
    @Order(15)
    SecurityFilterChain administration(
            HttpSecurity http,
            AdminKeyVerifier adminKeys,
            KeyVerifier apiKeys,
            AdminRoutes routes,
            ApiExchanges exchanges) {
        return http.securityMatcher(AdminPaths.PATTERNS)
                .addFilterBefore(new AdminKeyFilter(adminKeys, apiKeys, routes, exchanges), AuthorizationFilter.class)
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .cors(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .build();
    }
}
