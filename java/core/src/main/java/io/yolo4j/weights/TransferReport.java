package io.yolo4j.weights;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which tensors of a file go to which tensors of a model, and why the others don't.
 *
 * @param matches in the order of the model
 * @param unmatched tensors of the model that get nothing, in its order
 * @param extra names in the file that go nowhere, in its order
 */
public record TransferReport(List<Match> matches, List<Unmatched> unmatched, List<String> extra) {
  /** Why a tensor of the model gets nothing. */
  public enum Reason {
    /** The file has no tensor of that name, or at that position. */
    MISSING,
    /** The file's tensor of that name has another shape. */
    SHAPE_DIFFERS,
    /** The name is excluded by the caller. */
    EXCLUDED
  }

  /**
   * A tensor that is copied.
   *
   * @param target name in the model
   * @param source name in the file, the same unless matched by position or without a prefix
   * @param tensor its values
   */
  public record Match(String target, String source, HostTensor tensor) {}

  /**
   * A tensor that isn't copied.
   *
   * @param target name in the model
   * @param reason why
   * @param detail the reason in words, with both shapes where they differ
   */
  public record Unmatched(String target, Reason reason, String detail) {}

  /** Copies the lists. */
  public TransferReport {
    matches = List.copyOf(matches);
    unmatched = List.copyOf(unmatched);
    extra = List.copyOf(extra);
  }

  /** Returns the line for the log, {@code Transferred 342/349 items}. */
  public String summary() {
    return "Transferred %d/%d items".formatted(matches.size(), matches.size() + unmatched.size());
  }

  /** Returns the model's names that get a tensor, in order. */
  public List<String> matched() {
    return matches.stream().map(Match::target).toList();
  }

  /** Returns the matched tensors under the model's names. */
  public StateDict tensors() {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    matches.forEach(match -> tensors.put(match.target(), match.tensor()));
    return StateDict.of(tensors);
  }

  /** Returns the summary and a line for everything that didn't match. */
  public String details() {
    String missing =
        unmatched.stream()
            .map(item -> "\n  %s: %s".formatted(item.target(), item.detail()))
            .collect(Collectors.joining());
    String unused =
        extra.stream().map("\n  %s: only in the file"::formatted).collect(Collectors.joining());
    return summary() + missing + unused;
  }
}
