package io.yolo4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** A written page, read back. */
final class Page {
  private final String text;
  private final Document document;

  private Page(String text, Document document) {
    this.text = text;
    this.document = document;
  }

  static Page read(Path folder) throws IOException {
    return of(Files.readString(folder.resolve("report.html")));
  }

  /** Parses a page, which must be well-formed. */
  static Page of(String text) throws IOException {
    try {
      return new Page(
          text,
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(text))));
    } catch (SAXException | ParserConfigurationException e) {
      throw new AssertionError("the page is not well-formed: " + e.getMessage(), e);
    }
  }

  String text() {
    return text;
  }

  /** Returns the elements of a name. */
  List<Element> elements(String tag) {
    return elements(document.getElementsByTagName(tag));
  }

  private static List<Element> elements(NodeList nodes) {
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  /** Returns the element with an id. */
  Element byId(String id) {
    return elements("*").stream()
        .filter(element -> element.getAttribute("id").equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no element has the id " + id));
  }

  /** Returns the elements of a name below the one with an id. */
  List<Element> below(String id, String tag) {
    return elements(byId(id).getElementsByTagName(tag));
  }

  List<String> sections() {
    return elements("section").stream().map(section -> section.getAttribute("id")).toList();
  }

  /** Asserts what must hold for every page. */
  Page isSound() {
    List<String> ids =
        elements("*").stream()
            .map(element -> element.getAttribute("id"))
            .filter(id -> !id.isEmpty())
            .toList();
    assertThat(ids).doesNotHaveDuplicates();
    for (Element element : elements("*")) {
      checkAttributes(element, ids);
    }
    assertThat(elements("script")).hasSize(1);
    String style = elements("style").get(0).getTextContent();
    assertThat(style).doesNotContain("url(", "@import");
    assertThat(text).doesNotContain("http:", "https:");
    for (Element svg : elements("svg")) {
      assertThat(svg.getAttribute("aria-label")).isNotBlank();
    }
    return this;
  }

  private static void checkAttributes(Element element, List<String> ids) {
    NamedNodeMap attributes = element.getAttributes();
    for (int i = 0; i < attributes.getLength(); i++) {
      String name = attributes.item(i).getNodeName();
      String value = attributes.item(i).getNodeValue();
      assertThat(name).as("no handlers in attributes").doesNotStartWith("on");
      if (name.equals("href") || name.equals("src")) {
        assertThat(value).matches("#.*|data:image/jpeg;base64,[A-Za-z0-9+/=]+");
        if (value.startsWith("#")) {
          assertThat(ids).contains(value.substring(1));
        }
      }
      if (List.of("points", "d", "x", "y", "width", "height", "viewBox").contains(name)) {
        assertThat(value).doesNotContain("NaN", "Infinity");
      }
    }
  }
}
