package dev.molink.gateway.tokenizer;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts text into the words within which byte-pair encoding merges. GGUF files say by name which rule a model was trained
 * with; the rules are regular expressions from the models' own {@code tokenizer.json}, whose {@code \s} and {@code \p{…}}
 * are Unicode's. A rule of several expressions cuts with the first, then each piece with the next.
 */
final class PreTokenizer {

    private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private static final String WORDS_AND_BLANKS =
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+" + "|\\s+(?!\\S)|\\s+";
    private static final String BLANKS_AND_LINES = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String SYMBOLS_AND_LINES = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" + BLANKS_AND_LINES;
    private static final String LETTERS = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
    private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String NO_WORD = "[^\\r\\n\\p{L}\\p{N}]?";

    private static final Rule GPT2 = new Rule(false, false, WORDS_AND_BLANKS);
    private static final Rule LLAMA3 =
            new Rule(true, true, CONTRACTION + "|" + LETTERS + "|\\p{N}{1,3}|" + SYMBOLS_AND_LINES);
    private static final Rule CHATGLM4 =
            new Rule(false, false, CONTRACTION + "|" + LETTERS + "|\\p{N}{1,3}|" + SYMBOLS_AND_LINES);
    private static final Rule QWEN2 =
            new Rule(false, false, CONTRACTION + "|" + LETTERS + "|\\p{N}|" + SYMBOLS_AND_LINES);
    private static final Rule STARCODER = new Rule(false, false, "\\p{N}", WORDS_AND_BLANKS);
    private static final Rule FALCON =
            new Rule(false, false, "[\\p{P}$+<=>^~|`]+", WORDS_AND_BLANKS, "[0-9][0-9][0-9]");
    private static final Rule DEEPSEEK_CODER = new Rule(
            false,
            false,
            "[\\r\\n]",
            "\\s?\\p{L}+",
            "\\s?\\p{P}+",
            "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+",
            "\\p{N}");
    private static final Rule DEEPSEEK_V3 = new Rule(
            false,
            false,
            "\\p{N}{1,3}",
            "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+",
            "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
                    + "| ?[\\p{P}\\p{S}]+[\\r\\n]*|" + BLANKS_AND_LINES);
    private static final Rule TEKKEN = new Rule(
            true,
            true,
            NO_WORD + UPPER + "*" + LOWER + "+|" + NO_WORD + UPPER + "+" + LOWER + "*|\\p{N}"
                    + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + BLANKS_AND_LINES);
    private static final Rule GPT4O = new Rule(
            false,
            false,
            NO_WORD + UPPER + "*" + LOWER + "+" + CONTRACTION + "?|" + NO_WORD + UPPER + "+" + LOWER + "*" + CONTRACTION
                    + "?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + BLANKS_AND_LINES);
    private static final Rule BLOOM =
            new Rule(false, false, " ?[^(\\s|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)]+");
    private static final Rule DEFAULT =
            new Rule(false, false, "[\\p{P}$+<=>^~|]+", WORDS_AND_BLANKS, "\\p{N}+", "[0-9][0-9][0-9]");

    private static final Map<String, Rule> RULES = new TreeMap<>();

    static {
        name(DEFAULT, "", "default");
        name(
                GPT2,
                "gpt-2",
                "phi-2",
                "mpt",
                "olmo",
                "jais",
                "exaone4",
                "trillion",
                "granite-docling",
                "gigachat",
                "mellum");
        name(LLAMA3, "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "lfm2");
        name(CHATGLM4, "glm4", "chatglm-bpe", "dbrx", "smaug-bpe");
        name(QWEN2, "qwen2", "deepseek-r1-qwen", "stablelm2", "hunyuan", "megrez", "grok-2");
        name(STARCODER, "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b");
        name(FALCON, "falcon");
        name(DEEPSEEK_CODER, "deepseek-coder");
        name(DEEPSEEK_V3, "deepseek-v3", "hunyuan-dense");
        name(TEKKEN, "tekken");
        name(GPT4O, "gpt-4o", "llama4");
        name(BLOOM, "bloom", "gpt3-finnish", "poro-chat");
    }

    private final Rule rule;

    private PreTokenizer(Rule rule) {
        this.rule = rule;
    }

    /** The rule that a GGUF file calls {@code name}; a file that names none means the default. */
    static PreTokenizer named(String name) {
        Rule rule = RULES.get(name);
        if (rule == null) {
            throw new TextModelException("tokenizer.ggml.pre is \"%s\"; known are %s"
                    .formatted(name, String.join(", ", RULES.keySet()).substring(2)));
        }
        return new PreTokenizer(rule);
    }

    /** Whether a word that is a token stays whole, whatever its merges would make of it. */
    boolean ignoresMerges() {
        return rule.ignoresMerges;
    }

    /** Whether a beginning-of-text token goes in front where the file does not say. */
    boolean addsBeginning() {
        return rule.addsBeginning;
    }

    /** Gives the words of {@code text} to {@code words}, in order and without gap. */
    void split(String text, Consumer<String> words) {
        split(text, 0, words);
    }

    private void split(String piece, int level, Consumer<String> words) {
        if (level == rule.expressions.size()) {
            words.accept(piece);
            return;
        }
        int end = 0;
        Matcher matcher = rule.expressions.get(level).matcher(piece);
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

    private static void name(Rule rule, String... names) {
        for (String name : names) {
            RULES.put(name, rule);
        }
    }

    private record Rule(boolean ignoresMerges, boolean addsBeginning, List<Pattern> expressions) {
        Rule(boolean ignoresMerges, boolean addsBeginning, String... expressions) {
            this(
                    ignoresMerges,
                    addsBeginning,
                    List.of(expressions).stream()
                            .map(expression -> Pattern.compile(expression, Pattern.UNICODE_CHARACTER_CLASS))
                            .toList());
        }
    }
}
