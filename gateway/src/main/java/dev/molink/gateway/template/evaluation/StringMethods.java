package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.printing.BraceFormat;
import dev.molink.gateway.template.printing.HtmlText;
import dev.molink.gateway.template.value.BooleanValue;
import dev.molink.gateway.template.value.BytesValue;
import dev.molink.gateway.template.value.DictValue;
import dev.molink.gateway.template.value.Elements;
import dev.molink.gateway.template.value.IntegerValue;
import dev.molink.gateway.template.value.NoneValue;
import dev.molink.gateway.template.value.NumberValue;
import dev.molink.gateway.template.value.Numbers;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The methods of Python's strings. */
final class StringMethods {
    /** What a method does. */
    @FunctionalInterface
    interface Body {
        Value call(StringValue self, Bound arguments, Rendering rendering);
    }

    private record Method(Signature signature, Body body) {}

    private static final Map<String, Method> METHODS = new HashMap<>();

    static {
        changing("upper", TextCase::upper);
        changing("lower", TextCase::lower);
        changing("title", TextCase::title);
        changing("capitalize", TextCase::capitalize);
        changing("swapcase", TextCase::swap);
        changing("casefold", TextCase::fold);
        define("join", Signature.positional("elements"), StringMethods::join);
        define("center", Signature.positional("width", "fill?"), StringPadding::center);
        define("ljust", Signature.positional("width", "fill?"), StringPadding::left);
        define("rjust", Signature.positional("width", "fill?"), StringPadding::right);
        define("zfill", Signature.positional("width"), StringPadding::zeros);
        define("expandtabs", Signature.of("tabsize?"), StringPadding::expandTabs);
        define("translate", Signature.positional("table"), StringMethods::translate);
        define("encode", Signature.of("encoding?", "errors?"), ByteStrings::encode);
        define("format", Signature.ANY, StringMethods::format);
        define("format_map", Signature.positional("mapping"), StringMethods::formatMap);
        StringSearch.METHODS.forEach(StringMethods::define);
        StringSplitting.METHODS.forEach(StringMethods::define);
        StringPredicates.METHODS.forEach((name, predicate) -> define(
                name, Signature.of(), (self, arguments, rendering) -> BooleanValue.of(predicate.test(self.text()))));
    }

    private StringMethods() {}

    private static void define(String name, Signature signature, Body body) {
        METHODS.put(name, new Method(signature, body));
    }

    private static void define(String name, Map.Entry<Signature, Body> method) {
        define(name, method.getKey(), method.getValue());
    }

    private static void changing(String name, UnaryOperator<String> change) {
        define(name, Signature.of(), (self, arguments, rendering) -> {
            rendering.budget().allocate(self.text().length());
            return self.with(change.apply(self.text()));
        });
    }

    /** The method of this name bound to {@code self}, or null. */
    static @Nullable Value find(StringValue self, String name) {
        Method method = METHODS.get(name);
        if (method == null) {
            return null;
        }
        return FunctionValue.method(name, method.signature(), (arguments, rendering) -> {
            rendering.budget().scan(self.text().length());
            return method.body().call(self, arguments, rendering);
        });
    }

    /** The one method of bytes, {@code decode}. */
    static @Nullable Value find(BytesValue self, String name) {
        return name.equals("decode")
                ? FunctionValue.method(
                        name,
                        Signature.of("encoding?", "errors?"),
                        (arguments, rendering) -> ByteStrings.decode(self, arguments, rendering))
                : null;
    }

    private static Value join(StringValue self, Bound arguments, Rendering rendering) {
        TextBuilder joined = rendering.text();
        boolean first = true;
        int index = 0;
        for (Value element : Elements.of(arguments.get(0), rendering.budget())) {
            if (!first) {
                joined.append(self.text());
            }
            first = false;
            joined.append(joinable(self, element, index++, rendering));
        }
        return self.with(joined.toString());
    }

    private static String joinable(StringValue self, Value element, int index, Rendering rendering) {
        if (self.isMarkup()) {
            return HtmlText.escape(element, rendering.budget()).text();
        }
        if (element instanceof StringValue string) {
            return string.text();
        }
        throw new TemplateEvaluationException(
                "sequence item " + index + ": expected str instance, " + element.typeName() + " found");
    }

    private static Value translate(StringValue self, Bound arguments, Rendering rendering) {
        TextBuilder translated = rendering.text();
        self.text().codePoints().forEach(codePoint -> {
            Value replacement = Attributes.item(arguments.get(0), IntegerValue.of(codePoint), rendering);
            switch (replacement) {
                case UndefinedValue ignored -> translated.appendCodePoint(codePoint);
                case NoneValue ignored -> {
                    // The character is dropped.
                }
                case StringValue string -> translated.append(string.text());
                case NumberValue number -> translated.appendCodePoint(requireCodePoint(number));
                default ->
                    throw new TemplateEvaluationException(
                            "character mapping must return integer, None or str, not " + replacement.typeName());
            }
        });
        return self.with(translated.toString());
    }

    private static int requireCodePoint(NumberValue number) {
        int codePoint = Numbers.requireIndex(number);
        if (!Character.isValidCodePoint(codePoint)) {
            throw new TemplateEvaluationException("character mapping must be in range(0x110000)");
        }
        return codePoint;
    }

    private static Value format(StringValue self, Bound arguments, Rendering rendering) {
        Arguments all = arguments.all();
        return BraceFormat.format(
                self, all.positional(), name -> all.keywords().get(name), access(rendering), rendering.text());
    }

    private static Value formatMap(StringValue self, Bound arguments, Rendering rendering) {
        if (!(arguments.get(0) instanceof DictValue mapping)) {
            throw new TemplateEvaluationException("format_map() takes a mapping");
        }
        return BraceFormat.format(self, List.of(), mapping::find, access(rendering), rendering.text());
    }

    private static BraceFormat.Access access(Rendering rendering) {
        return new BraceFormat.Access() {
            @Override
            public Value attribute(Value value, String name) {
                return Attributes.attribute(value, name, rendering);
            }

            @Override
            public Value item(Value value, Value key) {
                return Attributes.item(value, key, rendering);
            }
        };
    }
}
