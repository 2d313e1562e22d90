package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.failure.TemplateRaisedException;
import dev.molink.gateway.template.printing.DateText;
import dev.molink.gateway.template.value.DictValue;
import dev.molink.gateway.template.value.Elements;
import dev.molink.gateway.template.value.Numbers;
import dev.molink.gateway.template.value.RangeValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.Value;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;

/** The variables that every chat template has. */
final class Globals {
    static final Map<String, Value> VALUES = Map.of(
            "range", FunctionValue.function("range", Signature.positional("start", "stop?", "step?"), Globals::range),
            "dict",
                    FunctionValue.type(
                            "dict", Signature.ANY, Globals::dict, Map.of("fromkeys", CollectionMethods.fromKeys())),
            "namespace", FunctionValue.type("jinja2.utils.Namespace", Signature.ANY, Globals::namespace, Map.of()),
            "cycler",
                    FunctionValue.type(
                            "jinja2.utils.Cycler",
                            Signature.ANY,
                            (arguments, rendering) ->
                                    new CyclerValue(arguments.all().positional()),
                            Map.of()),
            "joiner",
                    FunctionValue.type(
                            "jinja2.utils.Joiner",
                            Signature.of("sep?"),
                            (arguments, rendering) -> new JoinerValue(arguments.get(0, StringValue.of(", "))),
                            Map.of()),
            "lipsum", FunctionValue.function("lipsum", Signature.ANY, Globals::lipsum),
            "raise_exception",
                    FunctionValue.function("raise_exception", Signature.of("message"), Globals::raiseException),
            "strftime_now", FunctionValue.function("strftime_now", Signature.of("format"), Globals::strftimeNow));

    private Globals() {}

    private static Value range(Bound arguments, Rendering rendering) {
        boolean onlyStop = arguments.isNone(1);
        BigInteger first = Numbers.requireInteger(arguments.get(0));
        BigInteger start = onlyStop ? BigInteger.ZERO : first;
        BigInteger stop = onlyStop ? first : Numbers.requireInteger(arguments.get(1));
        BigInteger step = arguments.isNone(2) ? BigInteger.ONE : Numbers.requireInteger(arguments.get(2));
        return new RangeValue(start, stop, step);
    }

    private static Value dict(Bound bound, Rendering rendering) {
        Arguments arguments = bound.all();
        var dict = new DictValue.Builder();
        requireAtMostOne("dict", arguments.positional());
        for (Value entries : arguments.positional()) {
            putAll(entries, dict, rendering);
        }
        arguments.keywords().forEach(dict::put);
        return dict.build();
    }

    private static void requireAtMostOne(String function, List<Value> positional) {
        if (positional.size() > 1) {
            throw new TemplateEvaluationException(function + " expected at most 1 argument, got " + positional.size());
        }
    }

    /** Adds the entries of a dict or of pairs. */
    private static void putAll(Value entries, DictValue.Builder dict, Rendering rendering) {
        if (entries instanceof DictValue other) {
            rendering.budget().allocateElements(other.length());
            dict.putAll(other, rendering.budget());
            return;
        }
        for (Value pair : Elements.of(entries, rendering.budget())) {
            List<Value> parts = Elements.list(pair, rendering.budget());
            if (parts.size() != 2) {
                throw new TemplateEvaluationException("dictionary update sequence elements need length 2");
            }
            dict.put(parts.get(0), parts.get(1), rendering.budget());
        }
    }

    private static Value namespace(Bound arguments, Rendering rendering) {
        var namespace = new NamespaceValue();
        DictValue attributes = (DictValue) dict(arguments, rendering);
        for (DictValue.Entry entry : attributes.entries()) {
            namespace.set(rendering.string(entry.key()).text(), entry.value());
        }
        return namespace;
    }

    /** It makes random text, with which no two prompts would be the same. */
    private static Value lipsum(Bound arguments, Rendering rendering) {
        throw new TemplateEvaluationException("lipsum() makes random text and is not supported");
    }

    private static Value raiseException(Bound arguments, Rendering rendering) {
        throw new TemplateRaisedException(arguments.get(0).toText(rendering.budget()));
    }

    private static Value strftimeNow(Bound arguments, Rendering rendering) {
        TextBuilder text = rendering.text();
        DateText.write(LocalDateTime.now(rendering.clock()), rendering.clock().getZone(), arguments.text(0), text);
        return StringValue.of(text.toString());
    }
}
