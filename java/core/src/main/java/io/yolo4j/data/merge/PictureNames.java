package io.yolo4j.data.merge;

import io.yolo4j.data.CommonFolder;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What pictures of several sets are called in one folder: the set's name, then the path in it. */
final class PictureNames {
  private static final List<String> COMMON = List.of("data", "dataset");

  private final List<String> names;
  private final List<CommonFolder> folders;

  private PictureNames(List<String> names, List<CommonFolder> folders) {
    this.names = names;
    this.folders = folders;
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
    List<CommonFolder> folders = new ArrayList<>();
    for (int i = 0; i < sets.size(); i++) {
      int set = i;
      Map<Path, Split> pictures = new LinkedHashMap<>();
      members.stream()
          .filter(member -> member.set() == set)
          .forEach(member -> pictures.put(member.sample().image(), member.split()));
      folders.add(CommonFolder.of(pictures));
    }
    return new PictureNames(List.copyOf(names), folders);
  }

  /** The file's name without suffix; where that says nothing, that of its folder. */
  private static String name(Path file) {
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
    Path folder = file.getParent();
    if (COMMON.contains(name) && folder != null && folder.getFileName() != null) {
      name = folder.getFileName().toString();
    }
    return name.equals("images") ? "set" : name;
  }

  String name(Member member) {
    Path image = member.sample().image();
    return names.get(member.set()) + "/" + folders.get(member.set()).name(image, member.split());
  }
}
