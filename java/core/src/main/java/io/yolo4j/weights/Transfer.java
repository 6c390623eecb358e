package io.yolo4j.weights;

import io.yolo4j.weights.TransferReport.Match;
import io.yolo4j.weights.TransferReport.Reason;
import io.yolo4j.weights.TransferReport.Unmatched;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Plans which tensors of a file are copied into a model. Nothing is copied here. */
public final class Transfer {
  /** Excludes the anchors, which a model description sets. */
  public static final Predicate<String> ANCHORS = name -> name.contains("anchor");

  private static final String PARALLEL_PREFIX = "module.";
  private static final String FEATURES_PREFIX = "features.";
  private static final int LAST_FEATURE = 11;
  private static final int BACKBONE_ENTRIES = 234;

  private Transfer() {}

  /**
   * Matches tensors whose names and shapes are equal. If all names of the file start with {@code
   * module.} (DataParallel), that prefix is dropped.
   *
   * @param excluded names that are left alone, for example {@link #ANCHORS}
   */
  public static TransferReport byName(
      StateDict source, List<TensorSpec> targets, Predicate<String> excluded) {
    Map<String, String> sourceNames = withoutPrefix(source);
    List<Match> matches = new ArrayList<>();
    List<Unmatched> unmatched = new ArrayList<>();
    for (TensorSpec target : targets) {
      String name = target.name();
      String sourceName = sourceNames.remove(name);
      if (excluded.test(name)) {
        unmatched.add(new Unmatched(name, Reason.EXCLUDED, "excluded"));
      } else if (sourceName == null) {
        unmatched.add(new Unmatched(name, Reason.MISSING, "not in the file"));
      } else {
        HostTensor tensor = source.get(sourceName);
        if (tensor.shape().equals(target.shape())) {
          matches.add(new Match(name, sourceName, tensor));
        } else {
          unmatched.add(
              new Unmatched(
                  name,
                  Reason.SHAPE_DIFFERS,
                  "the model has shape %s, the file %s".formatted(target.shape(), tensor.shape())));
        }
      }
    }
    return new TransferReport(matches, unmatched, List.copyOf(sourceNames.values()));
  }

  /**
   * Matches the first entries of a file with the first entries of a model, for a backbone whose
   * names differ. Every entry counts, {@code num_batches_tracked} too.
   *
   * @param entries how many
   * @throws IllegalArgumentException if a pair has different shapes, or there are fewer entries
   */
  public static TransferReport byPosition(StateDict source, List<TensorSpec> targets, int entries) {
    if (entries < 0 || entries > source.size() || entries > targets.size()) {
      throw new IllegalArgumentException(
          "file and model must have the %d entries to transfer, they have %d and %d"
              .formatted(entries, source.size(), targets.size()));
    }
    List<String> names = source.names();
    List<Match> matches = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      TensorSpec target = targets.get(i);
      HostTensor tensor = source.get(names.get(i));
      if (!tensor.shape().equals(target.shape())) {
        throw new IllegalArgumentException(
            "entry %d must have one shape in file and model, got %s %s and %s %s"
                .formatted(i, names.get(i), tensor.shape(), target.name(), target.shape()));
      }
      matches.add(new Match(target.name(), names.get(i), tensor));
    }
    List<Unmatched> unmatched =
        targets.subList(entries, targets.size()).stream()
            .map(spec -> new Unmatched(spec.name(), Reason.MISSING, "beyond the backbone"))
            .toList();
    return new TransferReport(matches, unmatched, names.subList(entries, names.size()));
  }

  /**
   * Matches the backbone of torchvision's {@code mobilenet_v3_small} by position: {@code
   * features.0} to {@code features.11}, 234 entries. {@code features.12} and the classifier belong
   * to the classification head and have no counterpart in a detector.
   *
   * @throws IllegalArgumentException if the file is no MobileNetV3-small, or a pair has different
   *     shapes
   */
  public static TransferReport mobileNetV3Small(StateDict source, List<TensorSpec> targets) {
    Map<String, String> names = withoutPrefix(source);
    long backbone = names.keySet().stream().filter(Transfer::isBackbone).count();
    Set<String> first = new HashSet<>(List.copyOf(names.keySet()).subList(0, (int) backbone));
    if (backbone != BACKBONE_ENTRIES || !first.stream().allMatch(Transfer::isBackbone)) {
      throw new IllegalArgumentException(
          "a MobileNetV3-small file must start with the %d entries features.0 to features.%d, got %d"
              .formatted(BACKBONE_ENTRIES, LAST_FEATURE, backbone));
    }
    return byPosition(source, targets, BACKBONE_ENTRIES);
  }

  private static boolean isBackbone(String name) {
    if (!name.startsWith(FEATURES_PREFIX)) {
      return false;
    }
    String rest = name.substring(FEATURES_PREFIX.length());
    int dot = rest.indexOf('.');
    return dot > 0
        && dot <= 2
        && rest.substring(0, dot).chars().allMatch(Character::isDigit)
        && Integer.parseInt(rest.substring(0, dot)) <= LAST_FEATURE;
  }

  /** Maps names without the prefix of DataParallel to the names in the file, in order. */
  private static Map<String, String> withoutPrefix(StateDict source) {
    List<String> names = source.names();
    boolean prefixed = names.stream().allMatch(name -> name.startsWith(PARALLEL_PREFIX));
    Map<String, String> mapped = new LinkedHashMap<>();
    for (String name : names) {
      mapped.put(prefixed ? name.substring(PARALLEL_PREFIX.length()) : name, name);
    }
    return mapped;
  }
}
