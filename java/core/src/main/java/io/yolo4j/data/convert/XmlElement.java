package io.yolo4j.data.convert;

import io.yolo4j.data.DatasetException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element of a small XML file. Nothing outside the file is ever read: a document type, the way
 * to entities, is refused.
 */
final class XmlElement {
  private static final int MOST_BYTES = 16 << 20;
  private static final int MOST_LEVELS = 32;

  private final String name;
  private final int line;
  private final List<XmlElement> children = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();

  private XmlElement(String name, int line) {
    this.name = name;
    this.line = line;
  }

  /**
   * Reads the root element of a file.
   *
   * @throws DatasetException if the file cannot be read, is no proper XML, or has a document type;
   *     the message does not name the file
   */
  static XmlElement read(Path file) throws DatasetException {
    try (InputStream in = Files.newInputStream(file)) {
      if (Files.size(file) > MOST_BYTES) {
        throw new DatasetException(
            "an annotation file must have at most %d bytes, has %d"
                .formatted(MOST_BYTES, Files.size(file)));
      }
      XMLStreamReader reader = factory().createXMLStreamReader(in);
      try {
        return root(reader);
      } finally {
        reader.close();
      }
    } catch (XMLStreamException e) {
      throw new DatasetException("no valid XML: " + problem(e), e);
    } catch (DatasetException e) {
      throw e;
    } catch (IOException e) {
      throw new DatasetException("the file cannot be read (" + e + ")", e);
    }
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    return factory;
  }

  private static XmlElement root(XMLStreamReader reader)
      throws XMLStreamException, DatasetException {
    List<XmlElement> open = new ArrayList<>();
    XmlElement root = null;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw new DatasetException("document types and entities are not allowed");
        case XMLStreamConstants.START_ELEMENT -> {
          XmlElement element =
              new XmlElement(reader.getLocalName(), reader.getLocation().getLineNumber());
          if (open.isEmpty()) {
            root = element;
          } else {
            open.get(open.size() - 1).children.add(element);
          }
          open.add(element);
          if (open.size() > MOST_LEVELS) {
            throw new DatasetException(
                "elements must be nested at most %d deep".formatted(MOST_LEVELS));
          }
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          if (!open.isEmpty()) {
            open.get(open.size() - 1).text.append(reader.getText());
          }
        }
        case XMLStreamConstants.END_ELEMENT -> open.remove(open.size() - 1);
        default -> {
          // Comments and processing instructions say nothing about objects.
        }
      }
    }
    if (root == null) {
      throw new DatasetException("no valid XML: there is no element");
    }
    return root;
  }

  private static String problem(XMLStreamException e) {
    // The parser's own message starts with a copy of the place and spans two lines.
    String message = String.valueOf(e.getMessage());
    int from = message.indexOf("Message: ");
    String text = from < 0 ? message : message.substring(from + "Message: ".length());
    String place =
        e.getLocation() == null || e.getLocation().getLineNumber() < 1
            ? ""
            : "line " + e.getLocation().getLineNumber() + ": ";
    return place + text.strip().replaceAll("\\s+", " ");
  }

  String name() {
    return name;
  }

  /** Returns its line in the file, from 1. */
  int line() {
    return line;
  }

  /** Returns the text directly inside, without space around it. */
  String text() {
    return text.toString().strip();
  }

  /** Returns the first child of that name. */
  Optional<XmlElement> child(String wanted) {
    return children.stream().filter(child -> child.name.equals(wanted)).findFirst();
  }

  /** Returns the text of the first child of that name, empty where there is none. */
  String text(String wanted) {
    return child(wanted).map(XmlElement::text).orElse("");
  }

  /** Returns all children of that name. */
  List<XmlElement> children(String wanted) {
    return children.stream().filter(child -> child.name.equals(wanted)).toList();
  }
}
