package dev.molink.bench.page;

import java.util.List;

/** A page of headings, paragraphs, tables and charts, in the order in which they are added. */
public final class HtmlPage {

    private static final String STYLE = """
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 88rem; padding: 0 1rem;
                   color: #1c2430; }
            .wide { overflow-x: auto; }
            table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
            th, td { padding: .3rem .8rem; border-bottom: 1px solid #d8dee6; text-align: right; white-space: nowrap; }
            th:first-child, td:first-child { text-align: left; }
            figure { display: inline-block; margin: 1rem 1.5rem 1rem 0; vertical-align: top; }
            figcaption { font-weight: 600; }
            svg text { font: 11px system-ui, sans-serif; fill: #4a5666; }
            """;

    private final StringBuilder page = new StringBuilder();

    public HtmlPage(String title) {
        page.append("<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\n<title>")
                .append(escaped(title))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style></head>\n<body>\n<h1>")
                .append(escaped(title))
                .append("</h1>\n");
    }

    public HtmlPage heading(String text) {
        page.append("<h2>").append(escaped(text)).append("</h2>\n");
        return this;
    }

    public HtmlPage paragraph(String text) {
        page.append("<p>").append(escaped(text)).append("</p>\n");
        return this;
    }

    public HtmlPage table(List<String> heads, List<List<String>> rows) {
        page.append("<div class=\"wide\"><table>\n");
        row("th", heads);
        rows.forEach(cells -> row("td", cells));
        page.append("</table></div>\n");
        return this;
    }

    private void row(String cell, List<String> texts) {
        page.append("<tr>");
        for (String text : texts) {
            page.append('<').append(cell).append('>').append(escaped(text));
            page.append("</").append(cell).append('>');
        }
        page.append("</tr>\n");
    }

    public HtmlPage chart(String title, XyChart chart) {
        page.append("<figure><figcaption>")
                .append(escaped(title))
                .append("</figcaption>")
                .append(chart.svg())
                .append("</figure>\n");
        return this;
    }

    public String html() {
        return page + "</body>\n</html>\n";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
