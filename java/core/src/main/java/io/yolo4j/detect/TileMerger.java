package io.yolo4j.detect;

import io.yolo4j.image.Box;
import io.yolo4j.image.ImageSize;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Makes one list of detections of those of overlapping tiles, by the rule of {@link TilingOptions}.
 */
final class TileMerger {
  private static final int MARGINS_A_SIDE = 64;
  private static final float LEAST_MARGIN = 2;

  private final ImageSize picture;
  private final List<Tile> tiles;
  private final TilingOptions options;
  private final List<Part> parts = new ArrayList<>();

  TileMerger(ImageSize picture, List<Tile> tiles, TilingOptions options) {
    this.picture = picture;
    this.tiles = List.copyOf(tiles);
    this.options = options;
  }

  private record Part(int tile, Detection detection, boolean cut) {
    Box box() {
      return detection.box();
    }
  }

  private record Pair(int first, int second, double share) {}

  /* Takes detections in pixels of a tile. */
  void add(int tile, List<Detection> detections) {
    float margin = Math.max((float) options.side() / MARGINS_A_SIDE, LEAST_MARGIN);
    for (Detection found : detections) {
      Box box = tiles.get(tile).toPicture(found.box());
      boolean cut = tiles.get(tile).cuts(box, picture, margin);
      parts.add(new Part(tile, withBox(found, box, found.confidence()), cut));
    }
  }

  /* Returns objects in pixels of the picture, by falling confidence. */
  List<Detection> merge(NmsOptions nms) {
    int[] objects = objects();
    TreeMap<Integer, Detection> joined = new TreeMap<>();
    for (int i = 0; i < parts.size(); i++) {
      joined.merge(objects[i], parts.get(i).detection(), TileMerger::union);
    }
    List<Detection> merged = List.copyOf(joined.values());
    Candidates candidates = new Candidates();
    merged.forEach(found -> candidates.add(found.box(), found.confidence(), found.classId()));
    List<Detection> kept = new ArrayList<>();
    for (int index : new NonMaxSuppression(nms).keep(candidates)) {
      kept.add(merged.get(index));
    }
    return kept;
  }

  /* For each part the index of its object's first part. */
  private int[] objects() {
    int[] object = new int[parts.size()];
    List<BitSet> seenBy = new ArrayList<>();
    for (int i = 0; i < object.length; i++) {
      object[i] = i;
      BitSet tile = new BitSet();
      tile.set(parts.get(i).tile());
      seenBy.add(tile);
    }
    for (Pair pair : pairs()) {
      int a = Math.min(object[pair.first()], object[pair.second()]);
      int b = Math.max(object[pair.first()], object[pair.second()]);
      if (a != b && !seenBy.get(a).intersects(seenBy.get(b))) {
        seenBy.get(a).or(seenBy.get(b));
        for (int i = 0; i < object.length; i++) {
          object[i] = object[i] == b ? a : object[i];
        }
      }
    }
    return object;
  }

  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      for (int j = i + 1; j < parts.size(); j++) {
        double share = share(parts.get(i), parts.get(j));
        if (share > options.mergeThreshold()) {
          pairs.add(new Pair(i, j, share));
        }
      }
    }
    // Stable: equal shares stay in the order of the tiles.
    pairs.sort(Comparator.comparingDouble(Pair::share).reversed());
    return pairs;
  }

  private double share(Part a, Part b) {
    if (a.tile() == b.tile()
        || a.detection().classId() != b.detection().classId()
        || !(a.cut() || b.cut())) {
      return 0;
    }
    Box strip = tiles.get(a.tile()).common(tiles.get(b.tile()));
    Box first = intersection(a.box(), strip);
    Box second = intersection(b.box(), strip);
    double smaller = Math.min(first.area(), second.area());
    return smaller > 0 ? intersection(first, second).area() / smaller : 0;
  }

  /* Without area where they don't meet. */
  private static Box intersection(Box a, Box b) {
    float x1 = Math.max(a.x1(), b.x1());
    float y1 = Math.max(a.y1(), b.y1());
    return new Box(
        x1, y1, Math.max(Math.min(a.x2(), b.x2()), x1), Math.max(Math.min(a.y2(), b.y2()), y1));
  }

  private static Detection union(Detection a, Detection b) {
    Box box =
        new Box(
            Math.min(a.box().x1(), b.box().x1()),
            Math.min(a.box().y1(), b.box().y1()),
            Math.max(a.box().x2(), b.box().x2()),
            Math.max(a.box().y2(), b.box().y2()));
    return withBox(a, box, Math.max(a.confidence(), b.confidence()));
  }

  private static Detection withBox(Detection found, Box box, float confidence) {
    return new Detection(found.classId(), found.className(), confidence, box);
  }
}
