package dev.molink.gateway.tokenizer;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rule that cuts text into the words within which byte-pair encoding merges. GGUF files name the rule that a model was
 * trained with, several names for one rule; the expressions are those of the models' own {@code tokenizer.json}, whose
 * {@code \s} and {@code \p{…}} are Unicode's. A rule of several expressions cuts with the first, then each piece with the
 * next.
 */
final class PreTokenizer {

    private static final List<PreTokenizer> RULES = List.of(
            new PreTokenizer(
                    Set.of("", "default"),
                    Set.of(),
                    "[\\p{P}$+<=>^~|]+",
                    Expressions.GPT2,
                    "\\p{N}+",
                    "[0-9][0-9][0-9]"),
            new PreTokenizer(
                    Set.of(
                            "gpt-2",
                            "phi-2",
                            "mpt",
                            "olmo",
                            "jais",
                            "exaone4",
                            "trillion",
                            "granite-docling",
                            "gigachat",
                            "mellum"),
                    Set.of(),
                    Expressions.GPT2),
            new PreTokenizer(
                    Set.of("llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "lfm2"),
                    Set.of(Trait.KEEPS_WHOLE_WORDS, Trait.ADDS_BEGINNING),
                    Expressions.LLAMA3),
            new PreTokenizer(Set.of("glm4", "chatglm-bpe", "dbrx", "smaug-bpe"), Set.of(), Expressions.LLAMA3),
            new PreTokenizer(Set.of("qwen2"), Set.of(Trait.COMPOSES), Expressions.QWEN2),
            new PreTokenizer(
                    Set.of("stablelm2", "deepseek-r1-qwen", "hunyuan", "megrez", "grok-2"),
                    Set.of(),
                    Expressions.QWEN2),
            new PreTokenizer(
                    Set.of("starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b"),
                    Set.of(),
                    "\\p{N}",
                    Expressions.GPT2),
            new PreTokenizer(Set.of("falcon"), Set.of(), "[\\p{P}$+<=>^~|`]+", Expressions.GPT2, "[0-9][0-9][0-9]"),
            new PreTokenizer(
                    Set.of("deepseek-coder"),
                    Set.of(),
                    "[\\r\\n]",
                    "\\s?\\p{L}+",
                    "\\s?\\p{P}+",
                    "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+",
                    "\\p{N}"),
            new PreTokenizer(
                    Set.of("deepseek-v3", "hunyuan-dense"),
                    Set.of(),
                    "\\p{N}{1,3}",
                    "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+",
                    Expressions.DEEPSEEK_V3),
            new PreTokenizer(
                    Set.of("tekken"), Set.of(Trait.KEEPS_WHOLE_WORDS, Trait.ADDS_BEGINNING), Expressions.TEKKEN),
            new PreTokenizer(Set.of("gpt-4o", "llama4"), Set.of(), Expressions.GPT4O),
            new PreTokenizer(
                    Set.of("bloom", "gpt3-finnish", "poro-chat"),
                    Set.of(),
                    " ?[^(\\s|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)]+"));

    private static final Map<String, PreTokenizer> BY_NAME = new TreeMap<>();

    static {
        for (PreTokenizer rule : RULES) {
            rule.names.forEach(name -> BY_NAME.put(name, rule));
        }
    }

    private final Set<String> names;
    private final Set<Trait> traits;
    private final List<Pattern> expressions;

    private PreTokenizer(Set<String> names, Set<Trait> traits, String... expressions) {
        this.names = names;
        this.traits = traits;
        this.expressions = Arrays.stream(expressions)
                .map(expression -> Pattern.compile(expression, Pattern.UNICODE_CHARACTER_CLASS))
                .toList();
    }

    /** The rule that a GGUF file calls {@code name}; a file that names none means the default. */
    static PreTokenizer named(String name) {
        PreTokenizer rule = BY_NAME.get(name);
        if (rule == null) {
            throw new TextModelException(
                    "tokenizer.ggml.pre is \"%s\"; known are %s".formatted(name, String.join(", ", knownNames())));
        }
        return rule;
    }

    /** Whether a word that is a token stays whole, whatever its merges would make of it. */
    boolean keepsWholeWords() {
        return traits.contains(Trait.KEEPS_WHOLE_WORDS);
    }

    /** Whether a beginning-of-text token goes in front where the file does not say. */
    boolean addsBeginning() {
        return traits.contains(Trait.ADDS_BEGINNING);
    }

    /** Gives the words of {@code text} to {@code words}, in order and without gap. */
    void split(String text, Consumer<String> words) {
        split(traits.contains(Trait.COMPOSES) ? Normalizer.normalize(text, Normalizer.Form.NFC) : text, 0, words);
    }

    private void split(String piece, int level, Consumer<String> words) {
        if (level == expressions.size()) {
            words.accept(piece);
            return;
        }
        int end = 0;
        Matcher matcher = expressions.get(level).matcher(piece);
        while (matcher.find()) {
            if (matcher.start() > end) {
                split(piece.substring(end, matcher.start()), level + 1, words);
            }
            split(matcher.group(), level + 1, words);
            end = matcher.end();
        }
        if (end < piece.length()) {
            split(piece.substring(end), level + 1, words);
        }
    }

    private static Collection<String> knownNames() {
        return BY_NAME.keySet().stream().filter(name -> !name.isEmpty()).toList();
    }

    private enum Trait {
        KEEPS_WHOLE_WORDS,
        ADDS_BEGINNING,
        /** Brings text to normal form C first, as the model's own tokenizer does; GGUF files cannot say so. */
        COMPOSES
    }

    private static final class Expressions {

        private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
        private static final String BLANKS = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
        private static final String OTHER = " ?[^\\s\\p{L}\\p{N}]+";
        private static final String BEFORE_WORD = "[^\\r\\n\\p{L}\\p{N}]?";
        private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
        private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";

        static final String GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+|" + OTHER + "|\\s+(?!\\S)|\\s+";
        static final String LLAMA3 =
                CONTRACTION + "|" + BEFORE_WORD + "\\p{L}+|\\p{N}{1,3}|" + OTHER + "[\\r\\n]*|" + BLANKS;
        static final String QWEN2 = CONTRACTION + "|" + BEFORE_WORD + "\\p{L}+|\\p{N}|" + OTHER + "[\\r\\n]*|" + BLANKS;
        static final String TEKKEN = BEFORE_WORD + UPPER + "*" + LOWER + "+|" + BEFORE_WORD + UPPER + "+" + LOWER
                + "*|\\p{N}|" + OTHER + "[\\r\\n/]*|" + BLANKS;
        static final String GPT4O = BEFORE_WORD + UPPER + "*" + LOWER + "+" + CONTRACTION + "?|" + BEFORE_WORD + UPPER
                + "+" + LOWER + "*" + CONTRACTION + "?|\\p{N}{1,3}|" + OTHER + "[\\r\\n/]*|" + BLANKS;
        static final String DEEPSEEK_V3 =
                "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
                        + "| ?[\\p{P}\\p{S}]+[\\r\\n]*|" + BLANKS;
    }
}
