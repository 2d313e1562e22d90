package dev.molink.gateway.template.syntax;

import dev.molink.gateway.template.failure.TemplateSyntaxException;
import dev.molink.gateway.template.syntax.Expression.Call;
import dev.molink.gateway.template.syntax.Expression.FilterStep;
import dev.molink.gateway.template.syntax.Statement.Assignment;
import dev.molink.gateway.template.syntax.Statement.Branch;
import dev.molink.gateway.template.syntax.Statement.MacroBody;
import dev.molink.gateway.template.syntax.Statement.Parameter;
import dev.molink.gateway.template.syntax.Statement.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Parses a whole template. */
public final class TemplateParser {
    private final TokenStream tokens;
    private final UnknownNames unknown;
    private final ExpressionParser expressions;
    private final TargetParser targets;
    private final MacroParser macros;
    private final Set<String> blocks = new HashSet<>();
    private boolean inLoop;

    private TemplateParser(String source, Vocabulary vocabulary) {
        tokens = new TokenStream(Lexer.tokens(source));
        unknown = new UnknownNames(vocabulary);
        var specialNames = new SpecialNames();
        expressions = new ExpressionParser(tokens, unknown, specialNames);
        targets = new TargetParser(tokens, specialNames);
        macros = new MacroParser(tokens, expressions, targets, specialNames);
    }

    /**
     * The statements of {@code source}.
     *
     * @throws TemplateSyntaxException with the line, when the source is no template
     */
    public static List<Statement> parse(String source, Vocabulary vocabulary) {
        var parser = new TemplateParser(source, vocabulary);
        List<Statement> statements = parser.statementsUntil(Set.of());
        parser.unknown.throwFirst();
        return statements;
    }

    /** Statements up to the name of an end tag, or without end tags up to the end of the template. */
    private List<Statement> statementsUntil(Set<String> endTags) {
        tokens.enter();
        var statements = new ArrayList<Statement>();
        while (true) {
            Token token = tokens.next();
            switch (token.type()) {
                case TEXT -> statements.add(new Statement.Text(token.line(), token.text()));
                case PRINT_BEGIN -> {
                    statements.add(new Statement.Print(token.line(), expressions.tuple()));
                    tokens.expect(TokenType.PRINT_END);
                }
                case TAG_BEGIN -> {
                    if (isEndTag(endTags)) {
                        tokens.leave();
                        return List.copyOf(statements);
                    }
                    statements.addAll(statement(endTags));
                    tokens.expect(TokenType.TAG_END);
                }
                case END -> {
                    if (!endTags.isEmpty()) {
                        throw tokens.error("Unexpected end of template, one of these tags is missing: " + endTags);
                    }
                    tokens.leave();
                    return List.copyOf(statements);
                }
                case PRINT_END, TAG_END, NAME, STRING, INTEGER, FLOAT, OPERATOR ->
                    throw tokens.error("unexpected " + token.description());
            }
        }
    }

    private boolean isEndTag(Set<String> endTags) {
        return tokens.current().is(TokenType.NAME)
                && endTags.contains(tokens.current().text());
    }

    /** The rest of an opening tag, then statements up to an end tag, whose name is left to be read. */
    private List<Statement> bodyUntil(String... endTags) {
        tokens.skipOperator(":");
        tokens.expect(TokenType.TAG_END);
        return statementsUntil(Set.of(endTags));
    }

    /** As {@link #bodyUntil}, with one end tag, whose name is skipped. */
    private List<Statement> body(String endTag) {
        List<Statement> body = bodyUntil(endTag);
        tokens.expectName(endTag);
        return body;
    }

    /** A body that Python runs as a function of its own, where a loop around it cannot be left. */
    private List<Statement> functionBody(String endTag) {
        boolean outer = inLoop;
        inLoop = false;
        List<Statement> body = body(endTag);
        inLoop = outer;
        return body;
    }

    private List<Statement> statement(Set<String> endTags) {
        if (!tokens.current().is(TokenType.NAME)) {
            throw tokens.error("tag name expected");
        }
        Token tag = tokens.next();
        int line = tag.line();
        if (tag.isName("print")) {
            return prints(line);
        }
        return List.of(
                switch (tag.text()) {
                    case "if" -> ifStatement(line);
                    case "for" -> forStatement(line);
                    case "set" -> set(line);
                    case "macro" -> macro(line);
                    case "call" -> call(line);
                    case "filter" -> filter(line);
                    case "with" -> with(line);
                    case "autoescape" ->
                        new Statement.Autoescape(line, expressions.expression(), body("endautoescape"));
                    case "block" -> block(line);
                    case "generation" -> new Statement.Generation(line, functionBody("endgeneration"));
                    case "break" -> inLoop(tag, new Statement.Break(line));
                    case "continue" -> inLoop(tag, new Statement.Continue(line));
                    case "include", "import", "from", "extends" -> loadTemplate(tag);
                    default -> throw unknownTag(tag, endTags);
                });
    }

    private TemplateSyntaxException unknownTag(Token tag, Set<String> endTags) {
        String expected = endTags.isEmpty() ? "" : " One of these tags was expected: " + endTags + ".";
        return new TemplateSyntaxException(tag.line(), "Encountered unknown tag '" + tag.text() + "'." + expected);
    }

    private Statement inLoop(Token tag, Statement statement) {
        if (!inLoop) {
            throw new TemplateSyntaxException(tag.line(), "'" + tag.text() + "' outside loop");
        }
        return statement;
    }

    /** These fail when they are reached, so only their end matters. */
    private Statement loadTemplate(Token tag) {
        if (tokens.current().is(TokenType.TAG_END)) {
            throw tokens.error("'" + tag.text() + "' names no template");
        }
        while (!tokens.current().is(TokenType.TAG_END) && !tokens.current().is(TokenType.END)) {
            tokens.next();
        }
        return new Statement.LoadTemplate(tag.line(), tag.text());
    }

    private List<Statement> prints(int line) {
        var prints = new ArrayList<Statement>();
        while (!tokens.current().is(TokenType.TAG_END)) {
            if (!prints.isEmpty()) {
                tokens.expectOperator(",");
            }
            prints.add(new Statement.Print(line, expressions.expression()));
        }
        return prints;
    }

    private Statement ifStatement(int line) {
        int mark = unknown.mark();
        var branches = new ArrayList<Branch>();
        List<Statement> otherwise = List.of();
        int branchLine = line;
        while (true) {
            Expression condition = expressions.tupleWithoutCondition("");
            branches.add(new Branch(branchLine, condition, bodyUntil("elif", "else", "endif")));
            Token end = tokens.next();
            branchLine = end.line();
            if (end.isName("elif")) {
                continue;
            }
            if (end.isName("else")) {
                otherwise = body("endif");
            }
            break;
        }
        unknown.forgetSince(mark);
        return new Statement.If(line, List.copyOf(branches), otherwise);
    }

    private Statement forStatement(int line) {
        Target target = targets.variables();
        if (names(target).contains("loop")) {
            throw tokens.error("Can't assign to special loop variable in for-loop target");
        }
        tokens.expectName("in");
        Expression elements = expressions.tupleWithoutCondition("recursive");
        Expression filter = tokens.skipName("if") ? expressions.expression() : null;
        boolean recursive = tokens.skipName("recursive");
        boolean outer = inLoop;
        inLoop = true;
        List<Statement> body = bodyUntil("endfor", "else");
        inLoop = outer;
        List<Statement> otherwise = tokens.next().isName("endfor") ? List.of() : body("endfor");
        return new Statement.For(line, target, elements, filter, recursive, body, otherwise);
    }

    private static Set<String> names(Target target) {
        var names = new HashSet<String>();
        switch (target) {
            case Target.Variable variable -> names.add(variable.name());
            case Target.NamespaceAttribute ignored -> {
                // No variable is set.
            }
            case Target.Unpacked unpacked -> unpacked.targets().forEach(element -> names.addAll(names(element)));
        }
        return names;
    }

    private Statement set(int line) {
        Target target = targets.target();
        if (tokens.skipOperator("=")) {
            return new Statement.Set(line, target, expressions.tuple());
        }
        var filters = new ArrayList<FilterStep>();
        while (tokens.skipOperator("|")) {
            filters.add(expressions.filterStep());
        }
        return new Statement.SetBlock(line, target, List.copyOf(filters), body("endset"));
    }

    private Statement macro(int line) {
        String name = targets.name();
        return new Statement.DefineMacro(line, macros.body(name, macros.parameters(), () -> functionBody("endmacro")));
    }

    private Statement call(int line) {
        List<Parameter> parameters = tokens.current().isOperator("(") ? macros.parameters() : List.of();
        if (!(expressions.expression() instanceof Call call)) {
            throw tokens.error("expected call");
        }
        MacroBody caller = macros.body(SpecialNames.CALLER, parameters, () -> functionBody("endcall"));
        return new Statement.CallBlock(line, caller, call);
    }

    private Statement filter(int line) {
        var filters = new ArrayList<FilterStep>();
        do {
            filters.add(expressions.filterStep());
        } while (tokens.skipOperator("|"));
        return new Statement.FilterBlock(line, List.copyOf(filters), body("endfilter"));
    }

    private Statement with(int line) {
        var assignments = new ArrayList<Assignment>();
        while (!tokens.current().is(TokenType.TAG_END)) {
            if (!assignments.isEmpty()) {
                tokens.expectOperator(",");
            }
            Target target = new Target.Variable(targets.name());
            tokens.expectOperator("=");
            assignments.add(new Assignment(target, expressions.expression()));
        }
        return new Statement.With(line, List.copyOf(assignments), body("endwith"));
    }

    private Statement block(int line) {
        String name = tokens.expect(TokenType.NAME).text();
        if (!blocks.add(name)) {
            throw tokens.error("block '" + name + "' defined twice");
        }
        boolean scoped = tokens.skipName("scoped");
        if (tokens.skipName("required")) {
            throw tokens.error("a required block needs a template that extends this one");
        }
        List<Statement> body = functionBody("endblock");
        tokens.skipName(name);
        return new Statement.Block(line, name, scoped, body);
    }
}
