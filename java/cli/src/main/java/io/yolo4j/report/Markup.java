package io.yolo4j.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Writes markup that is well-formed as HTML and as XML: elements nest, texts and attributes are
 * escaped, characters that XML forbids are replaced.
 */
final class Markup {
  /** Elements that HTML, or SVG inside HTML, lets end with their own tag. */
  private static final Set<String> SELF_CLOSING =
      Set.of(
          "meta",
          "link",
          "br",
          "img",
          "input",
          "rect",
          "line",
          "path",
          "polyline",
          "circle",
          "image");

  private final StringBuilder text = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Starts an element.
   *
   * @param attributes names and values in turn
   */
  Markup open(String tag, Object... attributes) {
    start(tag, attributes);
    text.append('>');
    open.push(tag);
    return this;
  }

  /** Ends the innermost element. */
  Markup close() {
    text.append("</").append(open.pop()).append('>');
    return this;
  }

  /** Writes an element without content. */
  Markup leaf(String tag, Object... attributes) {
    start(tag, attributes);
    text.append(SELF_CLOSING.contains(tag) ? "/>" : "></" + tag + ">");
    return this;
  }

  /** Writes an element with a text. */
  Markup element(String tag, String content, Object... attributes) {
    return open(tag, attributes).text(content).close();
  }

  /** Writes a text. */
  Markup text(String content) {
    escape(content);
    return this;
  }

  /** Writes a style sheet or script of our own as it is. */
  Markup raw(String content) {
    text.append(content);
    return this;
  }

  private void start(String tag, Object... attributes) {
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException(
          "attributes of <%s> must be names and values in turn, got %d"
              .formatted(tag, attributes.length));
    }
    text.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      text.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1].toString());
      text.append('"');
    }
  }

  private void escape(String content) {
    // Pictures are long and have nothing to escape.
    if (content
        .chars()
        .allMatch(c -> c >= 0x20 && c < 0x7f && c != '<' && c != '>' && c != '&' && c != '"')) {
      text.append(content);
      return;
    }
    content
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '&' -> text.append("&amp;");
                case '"' -> text.append("&quot;");
                default -> text.appendCodePoint(isAllowed(c) ? c : 0xfffd);
              }
            });
  }

  private static boolean isAllowed(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || (c >= 0x20 && c < 0x7f)
        || (c >= 0xa0 && c <= 0xd7ff)
        || (c >= 0xe000 && c < 0xfffe)
        || c >= 0x10000;
  }

  /**
   * Returns all that was written.
   *
   * @throws IllegalStateException if an element is still open
   */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("still open: " + open);
    }
    return text.toString();
  }
}
