package io.yolo4j.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names for pictures that are put into another folder: their paths below what they share. */
public final class CommonFolder {
  private static final String LABELLED = "images";

  private final @Nullable Path folder;
  private final boolean withPart;

  private CommonFolder(@Nullable Path folder, boolean withPart) {
    this.folder = folder;
    this.withPart = withPart;
  }

  /**
   * Returns the deepest folder that holds all pictures.
   *
   * @param pictures absolute paths, with their parts
   */
  public static CommonFolder of(Map<Path, Split> pictures) {
    Path common = null;
    for (Path picture : pictures.keySet()) {
      Path parent = picture.getParent();
      common = common == null || parent == null ? parent : common(common, parent);
    }
    CommonFolder brief = new CommonFolder(common, false);
    Set<String> names = new HashSet<>();
    boolean differ =
        pictures.entrySet().stream()
            .map(one -> brief.name(one.getKey(), one.getValue()).replaceFirst("\\.[^./]*$", ""))
            .allMatch(names::add);
    return differ ? brief : new CommonFolder(common, true);
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

  /**
   * Returns a picture's path below the folder, with {@code /} between its parts. A first folder of
   * the part's name is left out where names differ without it. A folder {@code images} would
   * mislead who looks for the labels, and gets another name.
   */
  public String name(Path picture, Split part) {
    Path relative = folder == null ? picture.getFileName() : folder.relativize(picture);
    List<String> names = new ArrayList<>();
    for (Path name : relative) {
      names.add(name.toString().equals(LABELLED) ? "pictures" : name.toString());
    }
    if (!withPart && names.size() > 1 && names.get(0).equals(part.key())) {
      names.remove(0);
    }
    return String.join("/", names);
  }
}
