package io.yolo4j.cli;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Sample;
import io.yolo4j.data.Split;
import io.yolo4j.data.split.SampleGroups;
import io.yolo4j.data.split.SplitOptions.Duplicates;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What commands say about pictures that several parts of a data set have. */
final class OverlapText {
  private OverlapText() {}

  /**
   * Groups the pictures of one part, without those that another part has, and says how many those
   * are.
   *
   * @throws CommandException if nothing is left
   */
  static SampleGroups groups(
      Streams output,
      Map<Split, Dataset> parts,
      Split part,
      Duplicates duplicates,
      Progress progress) {
    Dataset chosen = parts.get(part);
    if (chosen == null) {
      throw new CommandException(
          ExitCode.FAILED,
          "the data set has no part '%s', only %s"
              .formatted(part.key(), parts.keySet().stream().map(Split::key).toList()));
    }
    List<Dataset> others =
        parts.entrySet().stream()
            .filter(one -> one.getKey() != part)
            .map(Map.Entry::getValue)
            .toList();
    SampleGroups groups = SampleGroups.of(chosen, others, duplicates, progress::to);
    if (groups.groups().isEmpty()) {
      Path first = groups.overlaps().isEmpty() ? null : groups.overlaps().get(0).sample().image();
      throw new CommandException(
          ExitCode.FAILED,
          first == null
              ? "no picture of '%s' can be used".formatted(part.key())
              : "the parts overlap: every picture of '%s' is in another part too, the first is %s; divide the data set anew (yolo4j data split)"
                  .formatted(part.key(), first));
    }
    print(output, groups.overlaps(), "'" + part.key() + "'");
    return groups;
  }

  /** Says on standard error what was left out. */
  static void print(Streams output, List<SampleGroups.Overlap> overlaps, String of) {
    if (overlaps.isEmpty()) {
      return;
    }
    Sample first = overlaps.get(0).sample();
    Path other = overlaps.get(0).other();
    output
        .err()
        .printf(
            "yolo4j: the parts overlap: %d of %s left out; the first, %s, %s%n",
            overlaps.size(),
            of,
            first.image(),
            first.image().equals(other)
                ? "is in another part too"
                : "looks the same as " + other + " of another part");
  }
}
