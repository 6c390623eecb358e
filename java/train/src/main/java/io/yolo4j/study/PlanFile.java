package io.yolo4j.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.files.AtomicFile;
import io.yolo4j.train.Distillation;
import io.yolo4j.train.TrainOptions;
import io.yolo4j.train.TrainOptionsYaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The file {@code plan.json}: all that the results of a study depend on. */
final class PlanFile {
  static final String NAME = "plan.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** A run's own, or without an influence on its result. */
  private static final Set<String> LEFT_OUT =
      Set.of("data", "out", "seed", "workers", "cache", "cache_folder");

  private static final int SHOWN = 5;

  private PlanFile() {}

  /** Returns a plan as text. */
  static String text(StudyPlan plan) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("format", 1);
    map.put("study", plan.kind().key());
    map.put("data", data(plan.data()));
    map.put("seeds", plan.seeds().toString());
    Map<String, Object> cells = new LinkedHashMap<>();
    for (StudyCell cell : plan.cells()) {
      cells.put(cell.name(), cell(cell));
    }
    map.put("cells", cells);
    return JSON.writeValueAsString(map) + "\n";
  }

  static void write(Path folder, StudyPlan plan) throws IOException {
    AtomicFile.write(folder.resolve(NAME), text(plan));
  }

  /**
   * Returns how the plan in a folder differs from another one, for people; empty where it doesn't.
   */
  static List<String> differences(Path folder, StudyPlan plan) throws IOException {
    Path file = folder.resolve(NAME);
    Map<String, String> there = new TreeMap<>();
    try {
      flatten("", JSON.readTree(Files.readString(file)), there);
    } catch (JsonProcessingException e) {
      return List.of("%s is no plan (%s)".formatted(file, e.getOriginalMessage()));
    }
    Map<String, String> asked = new TreeMap<>();
    flatten("", JSON.readTree(text(plan)), asked);
    Set<String> keys = new TreeSet<>(there.keySet());
    keys.addAll(asked.keySet());
    List<String> differences = new ArrayList<>();
    for (String key : keys) {
      String before = there.getOrDefault(key, "nothing");
      String now = asked.getOrDefault(key, "nothing");
      if (!before.equals(now)) {
        differences.add("%s is %s there, %s now".formatted(key, before, now));
      }
    }
    return differences;
  }

  /** Returns differences in one line; of many, the first. */
  static String line(List<String> differences) {
    String first = String.join("; ", differences.subList(0, Math.min(SHOWN, differences.size())));
    int more = differences.size() - SHOWN;
    return more > 0 ? "%s; and %d more".formatted(first, more) : first;
  }

  private static void flatten(String path, JsonNode node, Map<String, String> flat) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              entry ->
                  flatten(
                      path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(),
                      entry.getValue(),
                      flat));
    } else {
      flat.put(path, node.asText());
    }
  }

  private static Map<String, Object> data(StudyData data) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("file", data.file().toString());
    map.put("class", data.className().orElse("all"));
    map.put("training_pictures", data.training().samples().size());
    map.put("validation_pictures", data.validation().samples().size());
    map.put("training_labels_sha256", digest(data.training()));
    map.put("validation_labels_sha256", digest(data.validation()));
    return map;
  }

  private static Map<String, Object> cell(StudyCell cell) throws IOException {
    TrainOptions options = cell.options();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("pictures_per_class", cell.picturesPerClass());
    TrainOptionsYaml.toMap(options)
        .forEach(
            (key, value) -> {
              if (!LEFT_OUT.contains(key)) {
                map.put(key, value);
              }
            });
    digest(map, "weights_sha256", options.weights());
    Distillation taught = options.distillation();
    digest(map, "teacher_sha256", taught == null ? null : taught.teacher());
    String model = options.model();
    digest(map, "model_sha256", model == null ? null : Path.of(model));
    map.putAll(options.hyperparameters().toMap());
    return map;
  }

  /** Of a file's content; a shipped model is no file. */
  private static void digest(Map<String, Object> map, String key, @Nullable Path file)
      throws IOException {
    if (file != null && Files.isRegularFile(file)) {
      map.put(key, hex(sha().digest(Files.readAllBytes(file))));
    }
  }

  /** Of the pictures' names, sizes and labels; their pixels are taken to stay. */
  private static String digest(Dataset dataset) {
    MessageDigest sha = sha();
    for (Sample sample : dataset.samples()) {
      StringBuilder text = new StringBuilder();
      text.append(sample.image().getFileName()).append(' ').append(sample.size()).append('\n');
      for (Label label : sample.labels()) {
        text.append(label.row()).append('\n');
      }
      sha.update(text.toString().getBytes(StandardCharsets.UTF_8));
    }
    return hex(sha.digest());
  }

  private static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  private static MessageDigest sha() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
