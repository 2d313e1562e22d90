package dev.molink.gateway.management;

import dev.molink.gateway.system.GatewaySettings;
import java.io.IOException;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;

/** Everything on the management port needs the management token, as a bearer token or as the password of basic access. */
@Configuration(proxyBeanMethods = false)
class ManagementSecurity {

    @Bean
    ManagementToken managementToken(GatewaySettings settings) throws IOException {
        return ManagementToken.in(settings.data());
    }

    @Bean
    @Order(10)
    SecurityFilterChain management(HttpSecurity http, ManagementToken token) {
        return http.securityMatchers(
                        paths -> paths.requestMatchers(EndpointRequest.toAnyEndpoint(), EndpointRequest.toLinks()))
                .addFilterBefore(new ManagementTokenFilter(token), BasicAuthenticationFilter.class)
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .exceptionHandling(failures -> failures.authenticationEntryPoint((request, response, refused) -> {
                    response.setHeader("WWW-Authenticate", "Bearer realm=\"molink management\"");
                    new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED).commence(request, response, refused);
                }))
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .build();
    }
}
