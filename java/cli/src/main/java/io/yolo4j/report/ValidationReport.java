package io.yolo4j.report;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Sample;
import io.yolo4j.detect.Detection;
import io.yolo4j.eval.CocoResult;
import io.yolo4j.eval.ValidationListener;
import io.yolo4j.eval.ValidationResult;
import io.yolo4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a person sees of one validation: curves, confusion matrix and pictures as files, and
 * all of it in {@code report.html}. A listener of the validation, for its pictures.
 *
 * <p>Threads: one at a time, the validating thread.
 */
public final class ValidationReport implements ValidationListener {
  private final Path folder;
  private final Dataset data;
  private final Map<String, String> facts;
  private final Map<String, Object> options;
  private final ValidationPictures pictures;

  /**
   * Creates the report.
   *
   * @param folder where it is written; created when it is missing
   * @param data what is validated
   * @param model what is measured, for people
   * @param options the validation's options, in order
   */
  public ValidationReport(Path folder, Dataset data, String model, Map<String, Object> options) {
    this.folder = folder;
    this.data = data;
    this.options = new LinkedHashMap<>(options);
    pictures = ValidationPictures.of(data);
    facts = new LinkedHashMap<>();
    facts.put("model", model);
    facts.put("data", data.name());
  }

  @Override
  public void pictureDone(Sample sample, List<Detection> detections) {
    pictures.add(sample, detections);
  }

  /**
   * Writes all files.
   *
   * @return the page
   * @throws IOException if one cannot be written
   */
  public Path write(ValidationResult result) throws IOException {
    return write(result, null, OptionalDouble.empty());
  }

  /**
   * Writes all files.
   *
   * @param coco figures by the COCO protocol; null for none
   * @param wantedPrecision a precision to suggest thresholds for
   * @return the page
   * @throws IOException if one cannot be written
   */
  public Path write(
      ValidationResult result, @Nullable CocoResult coco, OptionalDouble wantedPrecision)
      throws IOException {
    facts.put(
        "speed",
        "%s ms preprocessing, %s ms inference, %s ms NMS a picture"
            .formatted(
                Numbers.fixed(result.preprocessMillis(), 1),
                Numbers.fixed(result.inferenceMillis(), 1),
                Numbers.fixed(result.nmsMillis(), 1)));
    ReportContent content =
        new ReportContent(
            new ReportContent.Heading(
                "Validation", new Status(Status.Kind.FINISHED, "done"), facts, Instant.now()),
            List.of(),
            0,
            new Measured("the validation", result, data.classNames(), coco, wantedPrecision),
            LabelStatistics.of(data),
            List.of(
                new PictureSet("validated", "Labels and predictions", true, pictures.pictures())),
            options,
            List.of());
    Files.createDirectories(folder);
    Path page = folder.resolve("report.html");
    AtomicFile.write(page, ReportPage.of(content));
    new PlotFiles(folder).write(content);
    return page;
  }
}
