package dev.molink.gateway.auth;

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

/** The API's own filter chain: stateless, without CSRF tokens and CORS headers, and for its own paths only. */
@Configuration(proxyBeanMethods = false)
class ApiSecurity {

    @Bean
    @Order(20)
    SecurityFilterChain api(
            HttpSecurity http, KeyVerifier keys, ScopeCheck scopes, KnownEndpoints endpoints, ApiExchanges exchanges) {
        return http.securityMatcher("/v1", "/v1/**", "/generate")
                .addFilterBefore(new ApiKeyFilter(keys, scopes, endpoints, exchanges), AuthorizationFilter.class)
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
