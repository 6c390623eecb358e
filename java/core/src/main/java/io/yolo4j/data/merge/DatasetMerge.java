package io.yolo4j.data.merge;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.Label;
import io.yolo4j.data.LabelFile;
import io.yolo4j.data.PictureProgress;
import io.yolo4j.data.Sample;
import io.yolo4j.data.ScanCache;
import io.yolo4j.data.Split;
import io.yolo4j.data.convert.AnnotatedImage;
import io.yolo4j.data.convert.Annotation;
import io.yolo4j.data.convert.AnnotationSet;
import io.yolo4j.data.convert.ConversionOptions;
import io.yolo4j.data.convert.ConversionReport;
import io.yolo4j.data.convert.DatasetWriter;
import io.yolo4j.data.merge.MergeReport.LeftOut;
import io.yolo4j.data.merge.MergeReport.Reason;
import io.yolo4j.data.quality.Fingerprints;
import io.yolo4j.files.AtomicFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Makes one data set of several: parts join parts, classes of one name become one, pictures that
 * are there twice stay once. The same sets and options give the same files. The user's files are
 * only read.
 *
 * <p>What is measured on must not be learnt from: of pictures that count as the same in several
 * parts, those of the last test stay, else those of validation.
 */
public final class DatasetMerge {
  private final List<DatasetConfig> sets;
  private final MergeOptions options;
  private final ClassMapping mapping;
  private final Map<Path, Member> members = new LinkedHashMap<>();
  private final List<DataIssue> issues = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private int alike;

  private DatasetMerge(List<DatasetConfig> sets, MergeOptions options) throws DatasetException {
    this.sets = sets;
    this.options = options;
    mapping = ClassMapping.of(sets, options);
  }

  /**
   * Merges.
   *
   * @param folder must be new or empty; all of it is there afterwards, or nothing. It gets {@code
   *     images/PART/SET/…}, {@code labels/PART/SET/…} and {@code data.yaml}
   * @param progress told of each decoded picture, from any thread
   * @throws DatasetException if class names conflict, a part cannot be read, or one set has a
   *     picture in two parts
   * @throws IOException if something cannot be written
   */
  public static MergeReport write(
      List<DatasetConfig> sets,
      MergeOptions options,
      ScanCache cache,
      Path folder,
      PictureProgress progress)
      throws IOException {
    if (sets.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one data set to merge");
    }
    AtomicFolder.check(folder);
    DatasetMerge merge = new DatasetMerge(sets, options);
    merge.read(cache);
    merge.leaveOutRepeated(progress);
    return merge.write(folder);
  }

  private void read(ScanCache cache) throws DatasetException {
    for (int set = 0; set < sets.size(); set++) {
      DatasetConfig config = sets.get(set);
      for (Split split : config.sources().keySet().stream().sorted().toList()) {
        Dataset dataset = Dataset.scan(config, split, options.scan(), cache);
        issues.addAll(dataset.issues());
        for (Sample sample : dataset.samples()) {
          add(set, split, sample);
        }
      }
    }
  }

  private void add(int set, Split split, Sample sample) throws DatasetException {
    List<String> names = new ArrayList<>();
    for (Label label : sample.labels()) {
      names.add(mapping.name(set, label.classId()));
    }
    Member before = members.putIfAbsent(sample.image(), new Member(set, split, sample, names));
    if (before != null && before.set() == set) {
      throw new DatasetException(
          "%s: %s is in '%s' and in '%s'; a data set whose parts overlap must be divided anew before"
              .formatted(sets.get(set).file(), sample.image(), before.split().key(), split.key()));
    }
    if (before != null) {
      throw new DatasetException(
          "%s and %s have the same file %s; a set must not be merged with itself"
              .formatted(sets.get(before.set()).file(), sets.get(set).file(), sample.image()));
    }
  }

  private void leaveOutRepeated(PictureProgress progress) {
    Fingerprints prints = Fingerprints.of(members.keySet(), progress);
    issues.addAll(prints.issues());
    prints.issues().forEach(issue -> members.remove(issue.file()));
    List<List<Path>> exact = prints.groups(false);
    List<List<Path>> near = prints.groups(true);
    for (List<Path> group : exact) {
      leaveOutOfExact(group);
    }
    for (List<Path> group : near) {
      leaveOutOfNear(group);
    }
  }

  /** The last part first, then as they came. */
  private List<Member> ranked(List<Path> group) {
    List<Member> ranked = new ArrayList<>();
    for (Path picture : group) {
      Member member = members.get(picture);
      if (member != null) {
        ranked.add(member);
      }
    }
    ranked.sort(Comparator.comparing(Member::split).reversed());
    return ranked;
  }

  private void leaveOutOfExact(List<Path> group) {
    List<Member> ranked = ranked(group);
    for (Member other : ranked.subList(Math.min(1, ranked.size()), ranked.size())) {
      Member kept = ranked.get(0);
      if (!options.keepRepeated() || other.split() != kept.split()) {
        leaveOut(other, kept, other.sameLabels(kept) ? Reason.REPEATED : Reason.OTHER_LABELS);
      }
    }
  }

  private void leaveOutOfNear(List<Path> group) {
    List<Member> ranked = ranked(group);
    for (Member other : ranked.subList(Math.min(1, ranked.size()), ranked.size())) {
      if (other.split() == ranked.get(0).split()) {
        alike++;
      } else {
        leaveOut(other, ranked.get(0), Reason.LOOKS_THE_SAME);
      }
    }
  }

  private void leaveOut(Member member, Member kept, Reason reason) {
    members.remove(member.sample().image());
    leftOut.add(new LeftOut(member.sample().image(), kept.sample().image(), reason));
  }

  private MergeReport write(Path folder) throws IOException {
    PictureNames names = PictureNames.of(sets, members.values());
    List<AnnotatedImage> images = new ArrayList<>();
    Set<String> classes = Set.copyOf(mapping.classNames());
    for (Member member : members.values()) {
      images.add(annotated(member, names.name(member), classes));
    }
    AnnotationSet all = new AnnotationSet(images, mapping.classNames(), issues, 0, 0);
    ConversionOptions conversion =
        ConversionOptions.defaults()
            .withClassNames(mapping.classNames())
            .withPlacement(options.placement());
    AtomicReference<ConversionReport> report = new AtomicReference<>();
    AtomicFolder.write(
        folder,
        temporary ->
            report.set(DatasetWriter.write(all, temporary, conversion, (done, total) -> {})));
    Path file = folder.resolve("data.yaml");
    return new MergeReport(
        file, Objects.requireNonNull(report.get()).withFile(file), leftOut, alike);
  }

  /** Objects of other classes were asked to be left out, so they are no flaws. */
  private static AnnotatedImage annotated(Member member, String name, Set<String> classes) {
    Sample sample = member.sample();
    List<Annotation> annotations = new ArrayList<>();
    for (int i = 0; i < sample.labels().size(); i++) {
      Label label = sample.labels().get(i);
      if (!classes.contains(member.labels().get(i))) {
        continue;
      }
      annotations.add(new Annotation(member.labels().get(i), label.box(), label.polygon(), i + 1));
    }
    return new AnnotatedImage(
        sample.image(), name, LabelFile.of(sample.image()), member.split(), annotations);
  }
}
