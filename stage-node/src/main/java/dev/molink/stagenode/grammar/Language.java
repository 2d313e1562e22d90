package dev.molink.stagenode.grammar;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A set of texts. Regular expressions, choices and JSON schemas are turned into it; {@link Grammar} compiles it into an
 * automaton over UTF-8 bytes. Repetitions and object members are counted by the automaton, never unrolled, so a large
 * bound costs no memory.
 */
public sealed interface Language {

    /** Exactly this text; empty: the empty text. */
    record Text(String text) implements Language {}

    /** One code point of the set. */
    record OneOf(CodePoints codePoints) implements Language {}

    /** The parts one after another. */
    record Sequence(List<Language> parts) implements Language {

        public Sequence {
            parts = List.copyOf(parts);
        }
    }

    /** Any one of the alternatives; none: no text at all. */
    record Choice(List<Language> alternatives) implements Language {

        public Choice {
            alternatives = List.copyOf(alternatives);
        }
    }

    /** {@code part}, {@code min} to {@code max} times; {@link #UNBOUNDED} for no upper bound. */
    record Repeat(Language part, int min, int max) implements Language {

        public static final int UNBOUNDED = -1;

        public Repeat {
            if (min < 0 || (max != UNBOUNDED && max < min)) {
                throw new IllegalArgumentException("a repetition of %d to %d times is none".formatted(min, max));
            }
        }
    }

    /** The language of a named rule, which may refer to itself: the only way to recursion. */
    record Rule(String name) implements Language {}

    /**
     * Members of an object, in any order, each key at most once, joined by {@code separator}.
     *
     * @param members those with a name of their own
     * @param other members of any other key, any number of times; empty: none. Its {@code key} language is met only by
     *     keys of no named member
     * @param least fewest members in all
     * @param most most members in all, or {@link Repeat#UNBOUNDED}
     */
    record Members(List<Member> members, Optional<OtherMembers> other, int least, int most, Language separator)
            implements Language {

        public Members {
            members = List.copyOf(members);
        }
    }

    /**
     * A named member.
     *
     * @param key the key as it is written, quotes included
     * @param value what follows the key: colon, white space and value
     */
    record Member(Language key, Language value, boolean required) {}

    /** Members without a name of their own: key as it is written, then colon, white space and value. */
    record OtherMembers(Language key, Language value) {}

    /**
     * A language with the rules that it and they refer to.
     *
     * @param rules by name
     */
    record Definition(Language start, Map<String, Language> rules) {

        public Definition {
            rules = Map.copyOf(rules);
        }
    }
}
