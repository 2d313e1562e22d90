package dev.molink.console.keys;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The keys' pages. */
@Configuration(proxyBeanMethods = false)
@Import(KeysController.class)
public class KeysConfiguration {}
