package dev.molink.console.oidc;

import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.time.Duration;
import java.util.Map;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestTemplate;

/** Requests to the identity provider: with deadlines, and without following redirects to anywhere else. */
final class ProviderHttp {

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration READ = Duration.ofSeconds(5);
    private static final String METADATA = "/.well-known/openid-configuration";

    private final ClientHttpRequestFactory requests;

    ProviderHttp() {
        JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(Redirect.NEVER)
                .build());
        factory.setReadTimeout(READ);
        this.requests = factory;
    }

    /**
     * What the provider says about itself.
     *
     * @throws ProviderUnreachableException when it does not answer, or with something else
     */
    Map<String, Object> metadata(String issuer) {
        String address = issuer.replaceAll("/+$", "") + METADATA;
        try {
            Map<String, Object> metadata = RestClient.builder()
                    .requestFactory(requests)
                    .build()
                    .get()
                    .uri(address)
                    .retrieve()
                    .body(new ParameterizedTypeReference<>() {});
            if (metadata == null) {
                throw new ProviderUnreachableException("%s answered with nothing".formatted(address));
            }
            return metadata;
        } catch (RestClientException failed) {
            throw new ProviderUnreachableException("%s did not answer with its metadata".formatted(address), failed);
        }
    }

    /** For the exchange of codes for tokens. */
    RestClient tokens() {
        return RestClient.builder()
                .requestFactory(requests)
                .configureMessageConverters(converters -> converters
                        .registerDefaults()
                        .addCustomConverter(new FormHttpMessageConverter())
                        .addCustomConverter(new OAuth2AccessTokenResponseHttpMessageConverter()))
                .defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
                .build();
    }

    /** For what the provider knows about a person. */
    RestTemplate userInfo() {
        RestTemplate template = new RestTemplate(requests);
        template.setErrorHandler(new OAuth2ErrorResponseErrorHandler());
        return template;
    }

    /** For the keys that tokens are signed with. */
    RestTemplate keys() {
        return new RestTemplate(requests);
    }
}
