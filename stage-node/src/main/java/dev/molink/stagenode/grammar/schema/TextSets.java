package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.CodePointSets;
import dev.molink.stagenode.grammar.Language;
import dev.molink.stagenode.grammar.schema.Shape.Content;
import dev.molink.stagenode.grammar.schema.Shape.Exactly;
import dev.molink.stagenode.grammar.schema.Shape.Texts;
import java.util.ArrayList;
import java.util.List;

/** The strings of shapes as automata. */
final class TextSets {

    private final Membership membership;
    private final WorkBudget budget;

    TextSets(Membership membership, WorkBudget budget) {
        this.membership = membership;
        this.budget = budget;
    }

    TextSet of(Texts texts) {
        try {
            TextSet set = lengths(texts);
            for (Content content : texts.contents()) {
                set = set.intersect(membership.set(content), budget);
            }
            return set;
        } catch (TooManyStatesException e) {
            throw tooLarge(texts, e);
        }
    }

    /** Whether one set of texts alone says all: there is only one, and all its texts are of an allowed length. */
    boolean saysAll(Texts texts) {
        if (texts.contents().size() != 1) {
            return false;
        }
        if (!texts.isLengthBound()) {
            return true;
        }
        try {
            TextSet others = lengths(texts).complement();
            return membership
                    .set(texts.contents().getFirst())
                    .intersect(others, budget)
                    .isEmpty();
        } catch (TooManyStatesException e) {
            throw tooLarge(texts, e);
        }
    }

    private static SchemaRefusedException tooLarge(Texts texts, TooManyStatesException e) {
        return texts.place().tooLarge("'minLength', 'maxLength', 'pattern' and 'format' together: " + e.problem());
    }

    private TextSet lengths(Texts texts) {
        if (!texts.isLengthBound()) {
            return TextSet.ALL;
        }
        Language any = new Language.OneOf(CodePointSets.ALL);
        return TextSet.of(
                new Language.Repeat(any, texts.least().count(), texts.most().count()), budget);
    }

    /** The strings among the values of these shapes. */
    TextSet of(List<Shape> shapes, Place place) {
        List<String> single = new ArrayList<>();
        TextSet union = TextSet.NONE;
        try {
            for (Shape shape : shapes) {
                if (shape instanceof Exactly exactly && exactly.value().isString()) {
                    single.add(exactly.value().stringValue());
                } else if (shape instanceof Texts texts) {
                    union = union(union, of(texts));
                }
            }
            return single.isEmpty() ? union : union(union, TextSet.ofTexts(single, budget));
        } catch (TooManyStatesException e) {
            throw place.tooLarge("the names of members: " + e.problem());
        }
    }

    private TextSet union(TextSet left, TextSet right) {
        if (left.isEmpty()) {
            return right;
        }
        return left.complement().intersect(right.complement(), budget).complement();
    }
}
