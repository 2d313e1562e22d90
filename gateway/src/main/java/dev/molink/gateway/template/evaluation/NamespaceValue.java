package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.DictValue;
import dev.molink.gateway.template.value.ObjectValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object whose attributes a template may set, so that a loop can hand something out. */
final class NamespaceValue implements ObjectValue {
    private final Map<String, Value> attributes = new LinkedHashMap<>();

    void set(String name, Value value) {
        if (name.startsWith("_")) {
            throw new TemplateEvaluationException(
                    "a namespace stores no attributes that begin with an underscore, as '" + name + "' does");
        }
        attributes.put(name, value);
    }

    @Override
    public @Nullable Value attribute(String name) {
        return attributes.get(name);
    }

    @Override
    public String typeName() {
        return "Namespace";
    }

    @Override
    public void print(TextBuilder out) {
        var dict = new DictValue.Builder();
        attributes.forEach(dict::put);
        out.append("<Namespace ");
        dict.build().print(out);
        out.append('>');
    }
}
