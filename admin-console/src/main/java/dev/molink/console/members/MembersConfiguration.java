package dev.molink.console.members;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The members' pages. */
@Configuration(proxyBeanMethods = false)
@Import({MembersController.class, InviteController.class})
public class MembersConfiguration {}
