package io.yolo4j.cli;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.ScanOptions.BadBoxes;
import io.yolo4j.data.ScanOptions.MissingLabels;
import io.yolo4j.data.Split;
import io.yolo4j.data.convert.AnnotationOptions;
import io.yolo4j.data.convert.AnnotationSet;
import io.yolo4j.data.convert.AnnotationSource;
import io.yolo4j.data.convert.CocoReader;
import io.yolo4j.data.convert.ConversionOptions;
import io.yolo4j.data.convert.ConversionOptions.Placement;
import io.yolo4j.data.convert.ConversionReport;
import io.yolo4j.data.convert.DatasetWriter;
import io.yolo4j.data.convert.VocReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code yolo4j data convert}. */
@Command(
    name = "convert",
    description = {
      "Convert Pascal VOC or COCO annotations to YOLO labels and a data set file.",
      "The files that are read are never changed. OUT gets images/PART/, labels/PART/ and data.yaml."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class DataConvertCommand implements Callable<Integer> {
  /** Formats to read. */
  enum Format {
    VOC,
    COCO;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What becomes of objects marked difficult. */
  enum Difficult {
    KEEP,
    DROP
  }

  /** Issues that cost no object and no picture that was meant to be used. */
  private static final Set<DataIssue.Kind> HARMLESS =
      Set.of(DataIssue.Kind.DUPLICATE, DataIssue.Kind.NAME_MISMATCH, DataIssue.Kind.MISSING_LABELS);

  private static final Pattern PART = Pattern.compile("(train|val|test)=(.+)");
  private static final List<String> ANNOTATION_FOLDERS = List.of("annotations", "Annotations");
  private static final List<String> PICTURE_FOLDERS = List.of("images", "JPEGImages");

  @Mixin private Output output = new Output();

  @Option(
      names = "--from",
      paramLabel = "FORMAT",
      required = true,
      description = "Format of the annotations: ${COMPLETION-CANDIDATES}.")
  private Format from = Format.VOC;

  @Parameters(
      arity = "1..*",
      paramLabel = "[PART=]ANNOTATIONS",
      description = {
        "VOC: the folder of XML files, or one that holds it as annotations/ or Annotations/. COCO: the JSON file.",
        "Several are joined; train=, val= or test= before each says the part that it is for."
      })
  private List<String> annotations = List.of();

  @Option(
      names = "--pictures",
      paramLabel = "DIR",
      description =
          "The folder of pictures. Default: images/ or JPEGImages/ in or beside the first ANNOTATIONS, else the folder that this is or lies in.")
  private @Nullable Path pictures;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The folder to write; must be new or empty.")
  private Path out = Path.of("");

  @Option(
      names = "--images",
      paramLabel = "HOW",
      defaultValue = "copy",
      description =
          "How pictures come into OUT: copy, link (another name of the same file) or symlink. Default: ${DEFAULT-VALUE}.")
  private Placement placement = Placement.COPY;

  @Option(
      names = "--names",
      paramLabel = "NAME",
      split = ",",
      description =
          "The classes in the order of their ids; objects of others are left out. Default: all; VOC sorted by name, COCO by category id.")
  private @Nullable List<String> names;

  @Option(
      names = "--split-train",
      paramLabel = "FILE",
      description = "A list of the pictures for training, a name a line. Default: all.")
  private @Nullable Path trainList;

  @Option(
      names = "--split-val",
      paramLabel = "FILE",
      description = "A list of the pictures for validation.")
  private @Nullable Path valList;

  @Option(
      names = "--split-test",
      paramLabel = "FILE",
      description = "A list of the pictures for the last test.")
  private @Nullable Path testList;

  @Option(
      names = "--difficult",
      paramLabel = "WHAT",
      defaultValue = "keep",
      description = "Objects that VOC marks difficult: keep or drop. Default: ${DEFAULT-VALUE}.")
  private Difficult difficult = Difficult.KEEP;

  @Option(
      names = "--corners",
      paramLabel = "WHAT",
      defaultValue = "as-written",
      description =
          "What VOC's corners mean: as-written, edges from xmin to xmax; or inclusive, numbers of pixels from 1, so from xmin − 1 to xmax. Default: ${DEFAULT-VALUE}.")
  private String corners = "as-written";

  @Option(
      names = "--polygons",
      description = "Write COCO's outlines instead of boxes, where there are any.")
  private boolean polygons;

  @Option(
      names = "--bad-boxes",
      paramLabel = "WHAT",
      defaultValue = "clip",
      description = "Boxes that leave the picture: clip or drop. Default: ${DEFAULT-VALUE}.")
  private BadBoxes badBoxes = BadBoxes.CLIP;

  @Option(
      names = "--missing-labels",
      paramLabel = "WHAT",
      defaultValue = "skip",
      description =
          "Pictures that no annotation describes: skip, or background. Default: ${DEFAULT-VALUE}.")
  private MissingLabels missingLabels = MissingLabels.SKIP;

  @Option(
      names = "--force",
      description =
          "Write into OUT though it is not empty; files of the same names are replaced, others stay.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    ConversionOptions conversion = conversionOptions();
    AnnotationSet set = read();
    ConversionReport report;
    try (Progress progress = Progress.of(output, "convert")) {
      report = DatasetWriter.write(set, out, conversion, progress::to);
    }
    IssueList.print(output, report.issues());
    new ConversionText(output, report).print(difficult == Difficult.KEEP);
    boolean lost =
        report.issueCounts().keySet().stream().anyMatch(kind -> !HARMLESS.contains(kind));
    return lost ? ExitCode.FAILED : ExitCode.DONE;
  }

  private ConversionOptions conversionOptions() {
    Map<Split, Path> lists = new EnumMap<>(Split.class);
    put(lists, Split.TRAIN, trainList);
    put(lists, Split.VAL, valList);
    put(lists, Split.TEST, testList);
    try {
      return ConversionOptions.defaults()
          .withClassNames(names == null ? List.of() : names.stream().map(String::strip).toList())
          .withPlacement(placement)
          .withSplits(lists)
          .withForce(force);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--names: " + e.getMessage());
    }
  }

  private static void put(Map<Split, Path> lists, Split split, @Nullable Path list) {
    if (list != null) {
      lists.put(split, list);
    }
  }

  private AnnotationSet read() throws IOException {
    AnnotationOptions.Corners meaning =
        switch (corners.toLowerCase(Locale.ROOT)) {
          case "as-written" -> AnnotationOptions.Corners.AS_WRITTEN;
          case "inclusive" -> AnnotationOptions.Corners.INCLUSIVE;
          default ->
              throw new CommandException(
                  ExitCode.USAGE, "--corners must be as-written or inclusive, got " + corners);
        };
    AnnotationOptions options =
        AnnotationOptions.defaults()
            .withCorners(meaning)
            .withKeepDifficult(difficult == Difficult.KEEP)
            .withPolygons(polygons)
            .withBadBoxes(badBoxes)
            .withMissingAnnotations(missingLabels);
    List<AnnotationSource> sources = sources();
    Path folder = pictures == null ? pictures(sources.get(0).path()) : pictures;
    return switch (from) {
      case VOC -> VocReader.read(sources, folder, options);
      case COCO -> CocoReader.read(sources, folder, options);
    };
  }

  private List<AnnotationSource> sources() {
    List<AnnotationSource> sources = new ArrayList<>();
    for (String text : annotations) {
      Matcher matcher = PART.matcher(text);
      Split split =
          matcher.matches() ? Split.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)) : null;
      if (split != null && (trainList != null || valList != null || testList != null)) {
        throw new CommandException(
            ExitCode.USAGE, text + ": says the part, and so does --split-…; give one of the two");
      }
      Path path = Path.of(matcher.matches() ? matcher.group(2) : text);
      sources.add(
          new AnnotationSource(
              from == Format.VOC ? firstFolder(path, ANNOTATION_FOLDERS, path) : path, split));
    }
    boolean some = sources.stream().anyMatch(source -> source.split() != null);
    if (some && sources.stream().anyMatch(source -> source.split() == null)) {
      throw new CommandException(
          ExitCode.USAGE,
          "either all annotations or none must have train=, val= or test= before them, got "
              + annotations);
    }
    return sources;
  }

  private static Path pictures(Path annotations) {
    Path itself = annotations.toAbsolutePath().normalize();
    Path parent = itself.getParent() == null ? itself : itself.getParent();
    Path inside = Files.isRegularFile(annotations) ? parent : itself;
    Path beside = inside.getParent() == null ? inside : inside.getParent();
    return firstFolder(inside, PICTURE_FOLDERS, firstFolder(beside, PICTURE_FOLDERS, inside));
  }

  private static Path firstFolder(Path parent, List<String> children, Path otherwise) {
    return children.stream()
        .map(parent::resolve)
        .filter(Files::isDirectory)
        .findFirst()
        .orElse(otherwise);
  }
}
