package io.yolo4j.data.convert;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.data.DataIssue;
import io.yolo4j.data.DataIssue.Kind;
import io.yolo4j.data.Polygon;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.NormalizedBox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is kept of a COCO file until all of it was read, for its sections come in any order. */
final class CocoContent {
  private final AnnotationSource source;
  private final Collector collector;
  private final Map<String, Picture> pictures = new LinkedHashMap<>();
  private final Map<Long, String> categories = new TreeMap<>();

  /** Objects by their picture's id. */
  private final Map<String, List<CocoObject>> objects = new LinkedHashMap<>();

  /** An entry of {@code images}. */
  private record Picture(String fileName, double width, double height, int line) {}

  CocoContent(AnnotationSource source, Collector collector) {
    this.source = source;
    this.collector = collector;
  }

  void visit(String section, JsonNode element, int line) {
    switch (section) {
      case "images" -> addPicture(element, line);
      case "categories" -> addCategory(element, line);
      default -> addObject(element, line);
    }
  }

  private void addPicture(JsonNode element, int line) {
    String id = id(element.get("id"));
    JsonNode name = element.get("file_name");
    if (id == null || name == null || !name.isTextual()) {
      issue(Kind.BAD_ANNOTATION, line, "a picture must have an 'id' and a 'file_name'");
      return;
    }
    double width = element.path("width").asDouble(0);
    double height = element.path("height").asDouble(0);
    if (pictures.putIfAbsent(id, new Picture(name.asText(), width, height, line)) != null) {
      issue(Kind.BAD_ANNOTATION, line, "picture id " + id + " is there twice");
    }
  }

  private void addCategory(JsonNode element, int line) {
    JsonNode id = element.get("id");
    JsonNode name = element.get("name");
    if (id == null
        || !id.canConvertToLong()
        || !id.isIntegralNumber()
        || name == null
        || !name.isTextual()
        || name.asText().isBlank()) {
      issue(Kind.BAD_ANNOTATION, line, "a category must have a number 'id' and a 'name'");
      return;
    }
    if (categories.putIfAbsent(id.asLong(), name.asText().strip()) != null) {
      issue(Kind.BAD_ANNOTATION, line, "category id " + id + " is there twice");
    }
  }

  private void addObject(JsonNode element, int line) {
    String image = id(element.get("image_id"));
    JsonNode category = element.get("category_id");
    if (image == null || category == null || !category.canConvertToLong()) {
      String message = "an annotation must have a 'category_id' and an 'image_id'";
      issue(Kind.BAD_ANNOTATION, line, message);
      return;
    }
    JsonNode crowd = element.path("iscrowd");
    if (crowd.asInt(0) != 0 || crowd.asBoolean(false)) {
      collector.addCrowd();
      return;
    }
    CocoObject object =
        CocoObject.of(element, category.asLong(), line, collector.options().polygons());
    objects.computeIfAbsent(image, key -> new ArrayList<>(4)).add(object);
  }

  /* Whole numbers or texts; some tools write names for ids. */
  private static @Nullable String id(@Nullable JsonNode node) {
    return node != null && (node.isIntegralNumber() || node.isTextual()) ? node.asText() : null;
  }

  /** Hands over all pictures that were found, and the classes' names. */
  void addTo(Set<String> classes) {
    classes.addAll(categories.values());
    pictures.forEach(this::addImage);
    objects
        .values()
        .forEach(
            orphans ->
                orphans.forEach(
                    object ->
                        issue(
                            Kind.BAD_ANNOTATION,
                            object.line(),
                            object.name() + " belongs to a picture that is not in 'images'")));
  }

  private void addImage(String id, Picture picture) {
    List<CocoObject> found = objects.remove(id);
    List<String> names = collector.index().find(picture.fileName());
    collector.name(names);
    if (names.size() != 1) {
      String message =
          names.isEmpty()
              ? "there is no picture '%s'".formatted(picture.fileName())
              : "several pictures are called '%s': %s".formatted(picture.fileName(), names);
      issue(Kind.MISSING_IMAGE, picture.line(), message);
      return;
    }
    String name = names.get(0);
    Path file = collector.index().picture(name);
    Optional<ImageSize> size =
        PixelFrame.size(
            file,
            picture.width(),
            picture.height(),
            new PixelFrame.Place(source.path(), picture.line(), collector.issues()));
    if (size.isPresent()) {
      PixelFrame frame =
          new PixelFrame(
              size.get(), collector.options().badBoxes(), source.path(), collector.issues());
      List<Annotation> annotations = annotations(found == null ? List.of() : found, frame);
      collector.add(new AnnotatedImage(file, name, source.path(), source.split(), annotations));
    }
  }

  private List<Annotation> annotations(List<CocoObject> found, PixelFrame frame) {
    List<Annotation> annotations = new ArrayList<>();
    for (CocoObject object : found) {
      String category = categories.get(object.category());
      if (category == null) {
        String message = object.name() + ": there is no category of id " + object.category();
        issue(Kind.BAD_ANNOTATION, object.line(), message);
        continue;
      }
      String problem = object.problem();
      if (problem != null) {
        issue(Kind.BAD_ANNOTATION, object.line(), object.name() + ": " + problem);
        continue;
      }
      String what = "box of %s ('%s')".formatted(object.name(), category);
      Optional<NormalizedBox> box = frame.box(object.edges(), object.line(), what);
      Polygon outline = object.outline(frame.size());
      box.ifPresent(b -> annotations.add(new Annotation(category, b, outline, object.line())));
    }
    return annotations;
  }

  private void issue(Kind kind, int line, String message) {
    collector.issues().add(new DataIssue(kind, source.path(), line, message));
  }
}
