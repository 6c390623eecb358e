package io.yolo4j.data.quality;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.PictureProgress;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageReadException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Decodes pictures and finds those that are the same. */
public final class Fingerprints {
  /** Pictures that differ in at most that many bits are near duplicates. */
  public static final int NEAR = 20;

  private final Map<Path, Fingerprint> prints;
  private final List<DataIssue> issues;

  private Fingerprints(Map<Path, Fingerprint> prints, List<DataIssue> issues) {
    this.prints = prints;
    this.issues = issues;
  }

  /** What came of one picture: one of the two is there. */
  private record Read(Path picture, @Nullable Fingerprint print, @Nullable DataIssue issue) {}

  /**
   * Decodes pictures on all processors; those that cannot be read become {@link #issues}.
   *
   * @param progress told of each decoded picture, from any thread
   */
  public static Fingerprints of(Collection<Path> pictures, PictureProgress progress) {
    AtomicInteger done = new AtomicInteger();
    List<Read> all =
        pictures.parallelStream()
            .map(
                picture -> {
                  Read read = read(picture);
                  progress.pictureDone(done.incrementAndGet(), pictures.size());
                  return read;
                })
            .toList();
    Map<Path, Fingerprint> prints = new LinkedHashMap<>();
    List<DataIssue> issues = new ArrayList<>();
    for (Read read : all) {
      if (read.print() != null) {
        prints.put(read.picture(), read.print());
      } else if (read.issue() != null) {
        issues.add(read.issue());
      }
    }
    return new Fingerprints(prints, List.copyOf(issues));
  }

  private static Read read(Path picture) {
    try {
      return new Read(picture, Fingerprint.of(ImageDecoders.preferred().read(picture)), null);
    } catch (ImageReadException e) {
      String message = "cannot read picture: " + e.reason();
      DataIssue issue = new DataIssue(DataIssue.Kind.UNREADABLE_IMAGE, picture, 0, message);
      return new Read(picture, null, issue);
    }
  }

  /** Returns the pictures that could not be read, with the reasons. */
  public List<DataIssue> issues() {
    return issues;
  }

  /**
   * Returns the fingerprint of a picture.
   *
   * @throws IllegalArgumentException if it was not given or could not be read
   */
  public Fingerprint of(Path picture) {
    Fingerprint print = prints.get(picture);
    if (print == null) {
      throw new IllegalArgumentException(picture + ": the picture was not read");
    }
    return print;
  }

  /**
   * Returns all pictures in groups of the same content, single pictures as groups of their own, in
   * the order in which they were given.
   *
   * @param near put together near duplicates too; whoever is near to one of a group is in it
   */
  public List<List<Path>> groups(boolean near) {
    List<Path> pictures = new ArrayList<>(prints.keySet());
    Sets sets = new Sets(pictures.size());
    Map<String, Integer> first = new HashMap<>();
    for (int i = 0; i < pictures.size(); i++) {
      Integer same = first.putIfAbsent(of(pictures.get(i)).pixels(), i);
      if (same != null) {
        sets.join(same, i);
      }
    }
    if (near) {
      joinNear(pictures, sets);
    }
    Map<Integer, List<Path>> groups = new LinkedHashMap<>();
    for (int i = 0; i < pictures.size(); i++) {
      groups.computeIfAbsent(sets.root(i), k -> new ArrayList<>(1)).add(pictures.get(i));
    }
    return groups.values().stream().map(List::copyOf).toList();
  }

  /*
   * Of NEAR + 1 bands of bits at least one is the same in pictures that differ in at most NEAR
   * bits, so that only pictures with a band in common need to be compared.
   */
  private void joinNear(List<Path> pictures, Sets sets) {
    int bands = NEAR + 1;
    for (int band = 0; band < bands; band++) {
      int from = band * Fingerprint.BITS / bands;
      int to = (band + 1) * Fingerprint.BITS / bands;
      Map<Long, List<Integer>> buckets = new HashMap<>();
      for (int i = 0; i < pictures.size(); i++) {
        Fingerprint print = of(pictures.get(i));
        List<Integer> bucket =
            buckets.computeIfAbsent(print.bits(from, to - from), k -> new ArrayList<>(1));
        for (int other : bucket) {
          if (sets.root(other) != sets.root(i) && print.distance(of(pictures.get(other))) <= NEAR) {
            sets.join(other, i);
          }
        }
        bucket.add(i);
      }
    }
  }

  /** Disjoint sets of numbers; the least is the root. */
  private static final class Sets {
    private final int[] parents;

    Sets(int size) {
      parents = new int[size];
      for (int i = 0; i < size; i++) {
        parents[i] = i;
      }
    }

    int root(int number) {
      int root = number;
      while (parents[root] != root) {
        parents[root] = parents[parents[root]];
        root = parents[root];
      }
      return root;
    }

    void join(int a, int b) {
      int rootOfA = root(a);
      int rootOfB = root(b);
      parents[Math.max(rootOfA, rootOfB)] = Math.min(rootOfA, rootOfB);
    }
  }
}
