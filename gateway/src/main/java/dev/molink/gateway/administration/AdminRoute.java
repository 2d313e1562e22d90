package dev.molink.gateway.administration;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Whom a handler under {@code /v1/organization} or {@code /admin/v1} answers. A handler there without this annotation fails
 * the start. The handler takes an {@link AdminExchange} and returns nothing.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface AdminRoute {

    Area area();

    Access access();

    /**
     * Whether it is about the installation and not about one organization: then only the installation's operator is answered,
     * whatever role others have in theirs. So for prices, nodes, costs and margins.
     */
    boolean operatorOnly() default false;
}
