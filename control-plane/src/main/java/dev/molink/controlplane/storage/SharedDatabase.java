package dev.molink.controlplane.storage;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether several processes can use the database at the same time; the file database belongs to one. */
public final class SharedDatabase implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return context.getEnvironment().getProperty("molink.database.url", "").startsWith("jdbc:postgresql:");
    }
}
