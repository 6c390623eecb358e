package io.yolo4j.data.merge;

import io.yolo4j.data.DatasetConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What pictures of several sets are called in one folder: the set's name, then the path in it. */
final class PictureNames {
  private static final String LABELLED = "images";
  private static final List<String> COMMON = List.of("data", "dataset");

  private final List<String> names;
  private final List<@Nullable Path> roots;

  private PictureNames(List<String> names, List<@Nullable Path> roots) {
    this.names = names;
    this.roots = roots;
  }

  static PictureNames of(List<DatasetConfig> sets, Collection<Member> members) {
    Set<String> names = new LinkedHashSet<>();
    for (DatasetConfig set : sets) {
      String name = name(set.file().toAbsolutePath().normalize());
      String unique = name;
      for (int i = 2; !names.add(unique); i++) {
        unique = name + "-" + i;
      }
    }
    List<@Nullable Path> roots = new ArrayList<>();
    for (int set = 0; set < sets.size(); set++) {
      roots.add(null);
    }
    for (Member member : members) {
      Path folder = member.sample().image().getParent();
      Path root = roots.get(member.set());
      roots.set(member.set(), root == null || folder == null ? folder : common(root, folder));
    }
    return new PictureNames(List.copyOf(names), roots);
  }

  /** The file's name without suffix; where that says nothing, that of its folder. */
  private static String name(Path file) {
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
    Path folder = file.getParent();
    if (COMMON.contains(name) && folder != null && folder.getFileName() != null) {
      name = folder.getFileName().toString();
    }
    return name.equals(LABELLED) ? "set" : name;
  }

  private static Path common(Path a, Path b) {
    Path common = a;
    while (!b.startsWith(common)) {
      Path parent = common.getParent();
      if (parent == null) {
        break;
      }
      common = parent;
    }
    return common;
  }

  /** Returns the name; a folder {@code images} in it would mislead who looks for the labels. */
  String name(Member member) {
    Path image = member.sample().image();
    Path root = roots.get(member.set());
    Path relative = root == null ? image.getFileName() : root.relativize(image);
    List<String> parts = new ArrayList<>(List.of(names.get(member.set())));
    for (Path part : relative) {
      parts.add(part.toString().equals(LABELLED) ? "pictures" : part.toString());
    }
    return String.join("/", parts);
  }
}
