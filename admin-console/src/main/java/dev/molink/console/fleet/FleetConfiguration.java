package dev.molink.console.fleet;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The fleet's pages. */
@Configuration(proxyBeanMethods = false)
@Import(FleetController.class)
public class FleetConfiguration {}
