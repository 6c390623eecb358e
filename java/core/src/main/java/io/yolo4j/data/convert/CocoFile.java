package io.yolo4j.data.convert;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolo4j.data.DatasetException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads a COCO file element by element, so that a file of many gigabytes needs no more memory than
 * what is kept of it.
 */
final class CocoFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CocoFile() {}

  /** Takes the elements of one section. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Takes one element.
     *
     * @param section {@code images}, {@code annotations} or {@code categories}
     * @param line where it starts, from 1
     */
    void visit(String section, JsonNode element, int line);
  }

  /**
   * Reads a whole file; sections come in the file's order, others than the three are skipped.
   *
   * @throws DatasetException if the file cannot be read, is no JSON, or a section is missing or no
   *     list; the message names the file
   */
  static void read(Path file, Visitor visitor) throws DatasetException {
    try (InputStream in = Files.newInputStream(file);
        JsonParser parser = JSON.getFactory().createParser(in)) {
      readSections(file, parser, visitor);
    } catch (JsonProcessingException e) {
      throw new DatasetException(file + ": no valid JSON: " + problem(e), e);
    } catch (DatasetException e) {
      throw e;
    } catch (IOException e) {
      throw new DatasetException(
          Files.exists(file)
              ? file + ": the annotations cannot be read (" + e + ")"
              : file + ": there is no such file of annotations",
          e);
    }
  }

  private static void readSections(Path file, JsonParser parser, Visitor visitor)
      throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new DatasetException(
          file + ": must hold a JSON object with 'images', 'annotations' and 'categories'");
    }
    boolean images = false;
    boolean annotations = false;
    boolean categories = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String section = parser.currentName();
      images |= section.equals("images");
      annotations |= section.equals("annotations");
      categories |= section.equals("categories");
      parser.nextToken();
      switch (section) {
        case "images", "annotations", "categories" -> readSection(file, section, parser, visitor);
        default -> parser.skipChildren();
      }
    }
    require(file, images, "images");
    require(file, annotations, "annotations");
    require(file, categories, "categories");
  }

  private static void require(Path file, boolean present, String section) throws DatasetException {
    if (!present) {
      throw new DatasetException(file + ": the key '" + section + "' is missing");
    }
  }

  private static void readSection(Path file, String section, JsonParser parser, Visitor visitor)
      throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new DatasetException(
          "%s:%d: the key '%s' must be a list"
              .formatted(file, parser.currentTokenLocation().getLineNr(), section));
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      int line = parser.currentTokenLocation().getLineNr();
      JsonNode element = JSON.readTree(parser);
      if (element == null) {
        return;
      }
      visitor.visit(section, element, line);
    }
  }

  private static String problem(JsonProcessingException e) {
    // The parser adds where the value starts, in words of its own.
    String text =
        e.getOriginalMessage().strip().replaceAll("\\s+", " ").replaceAll(" \\(start marker.*", "");
    return e.getLocation() == null
        ? text
        : "line %d, column %d: %s"
            .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr(), text);
  }
}
