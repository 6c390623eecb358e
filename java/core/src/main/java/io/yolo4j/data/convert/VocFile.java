package io.yolo4j.data.convert;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.DataIssue.Kind;
import io.yolo4j.data.DatasetException;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.NormalizedBox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one Pascal VOC file says.
 *
 * @param image its picture; null where the file is of no use
 * @param named the pictures that it is about, even where it is of no use
 * @param issues what is wrong with it
 * @param difficult objects marked so
 */
record VocFile(
    @Nullable AnnotatedImage image, List<String> named, List<DataIssue> issues, int difficult) {

  static VocFile read(
      Path file, AnnotationSource source, PictureIndex index, AnnotationOptions options) {
    return new Reading(file, source, index, options).read();
  }

  /** Reads one file. */
  private static final class Reading {
    private static final int MOST_DIGITS = 40;
    private static final String[] CORNERS = {"xmin", "ymin", "xmax", "ymax"};

    private final Path file;
    private final AnnotationSource source;
    private final PictureIndex index;
    private final AnnotationOptions options;
    private final List<DataIssue> issues = new ArrayList<>();
    private final List<Annotation> annotations = new ArrayList<>();
    private int difficult;

    Reading(Path file, AnnotationSource source, PictureIndex index, AnnotationOptions options) {
      this.file = file;
      this.source = source;
      this.index = index;
      this.options = options;
    }

    VocFile read() {
      XmlElement root;
      try {
        root = XmlElement.read(file);
      } catch (DatasetException e) {
        issue(Kind.UNREADABLE_ANNOTATIONS, 0, String.valueOf(e.getMessage()));
        return new VocFile(null, index.find(ownName()), issues, 0);
      }
      if (!root.name().equals("annotation")) {
        issue(
            Kind.UNREADABLE_ANNOTATIONS,
            root.line(),
            "the root element must be 'annotation', is '" + root.name() + "'");
        return new VocFile(null, index.find(ownName()), issues, 0);
      }
      List<String> found = picture(root);
      AnnotatedImage image = found.size() == 1 ? image(root, found.get(0)) : null;
      return new VocFile(image, found, issues, difficult);
    }

    /** The file's name below the folder of annotations, without suffix. */
    private String ownName() {
      String name = source.path().relativize(file).toString();
      return name.substring(0, name.length() - ".xml".length());
    }

    private List<String> picture(XmlElement root) {
      String written = root.text("filename");
      List<String> own = index.find(ownName());
      List<String> named = written.isEmpty() ? List.of() : index.find(written);
      if (own.size() == 1) {
        if (named.size() == 1 && !named.equals(own)) {
          issue(
              Kind.NAME_MISMATCH,
              root.child("filename").orElse(root).line(),
              "'filename' says %s, the file's own name says %s; the latter is taken"
                  .formatted(named.get(0), own.get(0)));
        }
        return own;
      }
      if (named.size() != 1) {
        List<String> several = named.isEmpty() ? own : named;
        issue(
            Kind.MISSING_IMAGE,
            root.child("filename").orElse(root).line(),
            several.isEmpty()
                ? "there is no picture '%s'".formatted(written.isEmpty() ? ownName() : written)
                : "several pictures have its name: " + several);
      }
      return named;
    }

    private @Nullable AnnotatedImage image(XmlElement root, String name) {
      Path picture = index.picture(name);
      Optional<ImageSize> frame = frame(root, picture);
      if (frame.isEmpty()) {
        return null;
      }
      PixelFrame pixels = new PixelFrame(frame.get(), options.badBoxes(), file, issues);
      root.children("object").forEach(object -> add(object, pixels));
      return new AnnotatedImage(picture, name, file, source.split(), annotations);
    }

    private Optional<ImageSize> frame(XmlElement root, Path picture) {
      XmlElement size = root.child("size").orElse(root);
      return PixelFrame.size(
          picture,
          number(size.text("width")),
          number(size.text("height")),
          new PixelFrame.Place(file, size.line(), issues));
    }

    private void add(XmlElement object, PixelFrame pixels) {
      String name = object.text("name");
      if (name.isEmpty()) {
        issue(Kind.BAD_ANNOTATION, object.line(), "an object must have a 'name'");
        return;
      }
      XmlElement box = object.child("bndbox").orElse(null);
      if (box == null) {
        issue(Kind.BAD_ANNOTATION, object.line(), "object '" + name + "' must have a 'bndbox'");
        return;
      }
      boolean hard = object.text("difficult").equals("1");
      double[] edges = new double[CORNERS.length];
      for (int i = 0; i < edges.length; i++) {
        String text = box.text(CORNERS[i]);
        edges[i] = number(text);
        if (!Double.isFinite(edges[i])) {
          issue(
              Kind.NOT_A_NUMBER,
              box.child(CORNERS[i]).orElse(box).line(),
              "'%s' of object '%s' must be a number, got '%s'"
                  .formatted(CORNERS[i], name, shortened(text)));
          return;
        }
      }
      difficult += hard ? 1 : 0;
      if (hard && !options.keepDifficult()) {
        return;
      }
      if (options.corners() == AnnotationOptions.Corners.INCLUSIVE) {
        edges[0] -= 1;
        edges[1] -= 1;
      }
      Optional<NormalizedBox> fractions = pixels.box(edges, box.line(), "box of '" + name + "'");
      fractions.ifPresent(f -> annotations.add(new Annotation(name, f, null, object.line())));
    }

    private void issue(Kind kind, int line, String message) {
      issues.add(new DataIssue(kind, file, line, message));
    }

    /** Plain decimal numbers only; NaN for anything else. */
    private static double number(String text) {
      return text.length() <= MOST_DIGITS
              && text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")
          ? Double.parseDouble(text)
          : Double.NaN;
    }

    private static String shortened(String text) {
      return text.length() <= MOST_DIGITS ? text : text.substring(0, MOST_DIGITS) + "…";
    }
  }
}
