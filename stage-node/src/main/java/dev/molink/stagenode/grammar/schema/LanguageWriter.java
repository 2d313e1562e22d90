package dev.molink.stagenode.grammar.schema;

import static dev.molink.stagenode.grammar.schema.Languages.sequence;
import static dev.molink.stagenode.grammar.schema.Languages.text;

import dev.molink.stagenode.grammar.CodePointSets;
import dev.molink.stagenode.grammar.GrammarException;
import dev.molink.stagenode.grammar.JsonText;
import dev.molink.stagenode.grammar.Language;
import dev.molink.stagenode.grammar.Language.Repeat;
import dev.molink.stagenode.grammar.schema.Shape.Arrays;
import dev.molink.stagenode.grammar.schema.Shape.Content;
import dev.molink.stagenode.grammar.schema.Shape.Exactly;
import dev.molink.stagenode.grammar.schema.Shape.Numbers;
import dev.molink.stagenode.grammar.schema.Shape.Objects;
import dev.molink.stagenode.grammar.schema.Shape.Texts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Tells what satisfies a schema as a language of JSON texts: one rule for each {@link Conjunction}. One thread, once. */
final class LanguageWriter {

    private static final int ELEMENTS_PER_RULE = 32;

    private static final Language ANY_CHARACTER = JsonText.character(CodePointSets.ALL);

    private final ShapeExpander expander;
    private final TextSets textSets;
    private final NumberTexts numberTexts;
    private final ObjectWriter objectWriter;
    private final TextSetLanguage strings;
    private final Map<String, Language> rules = new LinkedHashMap<>(JsonText.rules());
    private final Map<Conjunction, String> names = new HashMap<>();
    private final Deque<Conjunction> unwritten = new ArrayDeque<>();

    LanguageWriter(ShapeExpander expander, TextSets textSets, WorkBudget budget) {
        this.expander = expander;
        this.textSets = textSets;
        this.strings = new TextSetLanguage(StringTexts::character, rules, "string-");
        this.numberTexts = new NumberTexts(budget, new TextSetLanguage(Language.OneOf::new, rules, "number-"));
        this.objectWriter = new ObjectWriter(this::value, strings, expander, textSets, budget);
    }

    /** The rules of a schema and all that it needs; that of the schema itself has the name {@link #name}. */
    Map<String, Language> write(Conjunction start) {
        name(start);
        while (!unwritten.isEmpty()) {
            Conjunction conjunction = unwritten.remove();
            List<Language> ways =
                    expander.shapes(conjunction).stream().map(this::shape).toList();
            rules.put(name(conjunction), ways.size() == 1 ? ways.getFirst() : new Language.Choice(ways));
        }
        return rules;
    }

    /** The name of a schema's rule. */
    String name(Conjunction conjunction) {
        return names.computeIfAbsent(conjunction, key -> {
            unwritten.add(key);
            return "value-" + names.size();
        });
    }

    private Language value(Conjunction conjunction) {
        if (conjunction.equals(Conjunction.ANYTHING)) {
            return JsonText.anyValue();
        }
        return new Language.Rule(name(conjunction));
    }

    private Language shape(Shape shape) {
        return switch (shape) {
            case Exactly exactly -> literal(exactly.value());
            case Numbers numbers -> numberTexts.language(numbers);
            case Texts texts -> string(texts);
            case Arrays arrays -> inBrackets("[", elements(arrays), "]");
            case Objects objects -> inBrackets("{", objectWriter.members(objects), "}");
        };
    }

    private Language literal(JsonNode value) {
        if (value.isString()) {
            return StringTexts.exactly(value.stringValue());
        }
        if (value.isArray()) {
            return inBrackets("[", literals(value), "]");
        }
        if (value.isObject()) {
            List<Language.Member> members = new ArrayList<>();
            value.forEachEntry((name, member) -> members.add(
                    new Language.Member(StringTexts.exactly(name), sequence(JsonText.colon(), literal(member)), true)));
            return inBrackets(
                    "{",
                    new Language.Members(members, Optional.empty(), members.size(), members.size(), JsonText.comma()),
                    "}");
        }
        return text(value.toString());
    }

    private Language literals(JsonNode list) {
        List<Language> parts = new ArrayList<>();
        for (JsonNode element : list) {
            if (!parts.isEmpty()) {
                parts.add(JsonText.comma());
            }
            parts.add(literal(element));
        }
        return new Language.Sequence(parts);
    }

    private Language string(Texts texts) {
        if (texts.contents().isEmpty()) {
            return StringTexts.quoted(new Repeat(
                    ANY_CHARACTER, texts.least().count(), texts.most().count()));
        }
        if (textSets.saysAll(texts)) {
            return matching(texts.contents().getFirst());
        }
        try {
            return StringTexts.quoted(strings.language(textSets.of(texts)));
        } catch (TooManyStatesException e) {
            throw texts.place().tooLarge(e.problem());
        }
    }

    private static Language matching(Content content) {
        try {
            return JsonText.string(content.language());
        } catch (GrammarException e) {
            throw Patterns.refusal(e, content.place());
        }
    }

    private static Language inBrackets(String open, Language content, String close) {
        return sequence(text(open), JsonText.whiteSpace(), content, JsonText.whiteSpace(), text(close));
    }

    private Language elements(Arrays arrays) {
        int prefix = arrays.prefix().size();
        Language behind = rest(arrays);
        // From the last element of the prefix to the first: each stands in front of what may follow it.
        for (int index = prefix - 1; index >= 0; index--) {
            behind = arrays.most().admits(index + 1) ? element(arrays, index, behind) : Languages.EMPTY_TEXT;
            if (index > 0 && index % ELEMENTS_PER_RULE == 0) {
                behind = rule(behind);
            }
        }
        return behind;
    }

    /** Cuts what would be nested too deeply. */
    private Language rule(Language language) {
        String name = "elements-" + rules.size();
        rules.put(name, language);
        return new Language.Rule(name);
    }

    /** One element with its comma, and what follows; where the list may end before it, nothing as well. */
    private Language element(Arrays arrays, int index, Language behind) {
        Language value = value(arrays.element(index));
        Language with = index == 0 ? sequence(value, behind) : sequence(JsonText.comma(), value, behind);
        return arrays.least().count() > index ? with : Languages.optional(with);
    }

    /** The elements behind the prefix. */
    private Language rest(Arrays arrays) {
        int prefix = arrays.prefix().size();
        if (!arrays.most().admits(prefix + 1)) {
            return Languages.EMPTY_TEXT;
        }
        if (prefix == 0) {
            return element(arrays, 0, repeated(arrays, 1));
        }
        return repeated(arrays, prefix);
    }

    /** Elements of the rest behind {@code before} others. */
    private Language repeated(Arrays arrays, int before) {
        int least = Math.max(0, arrays.least().count() - before);
        int most = arrays.most().bounded() ? arrays.most().count() - before : Repeat.UNBOUNDED;
        return new Repeat(sequence(JsonText.comma(), value(arrays.rest())), least, most);
    }
}
