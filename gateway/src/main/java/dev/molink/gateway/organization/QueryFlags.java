package dev.molink.gateway.organization;

import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;

/** Query parameters that are true or false. */
final class QueryFlags {

    private QueryFlags() {}

    /** False when it is absent. */
    static boolean flag(AdminExchange exchange, String name) {
        String value = exchange.query(name);
        if (value == null || value.equals("false")) {
            return false;
        }
        if (value.equals("true")) {
            return true;
        }
        throw ApiException.field(
                ErrorCode.INVALID_VALUE, name, "Invalid '%s': expected 'true' or 'false'.".formatted(name));
    }
}
