package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.value.ObjectValue;
import dev.molink.gateway.template.value.Value;

/** A value that can be called. */
interface CallableValue extends ObjectValue {
    /** The result of the call. */
    Value call(Arguments arguments, Rendering rendering);
}
