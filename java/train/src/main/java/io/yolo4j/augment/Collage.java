package io.yolo4j.augment;

import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.Letterbox;
import io.yolo4j.image.LetterboxOptions;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Pictures laid out on a grey canvas that is painted later, and only where somebody looks.
 *
 * @param canvas its size
 * @param pieces pictures with their places, none over another
 * @param targets the objects on the canvas, clipped to it
 * @param pasted those of them that are to be seen a second time, mirrored
 */
record Collage(ImageSize canvas, List<Piece> pieces, List<Target> targets, List<Target> pasted) {
  /** The grey of what no picture covers. */
  static final int GREY = LetterboxOptions.DEFAULT_FILL;

  /** A picture and its place. The collage doesn't own the picture. */
  record Piece(Picture picture, Tile tile) {}

  /** Copies the lists. */
  Collage {
    pieces = List.copyOf(pieces);
    targets = List.copyOf(targets);
    pasted = List.copyOf(pasted);
  }

  /** Returns a mosaic of these samples; their objects are those that are still to be seen. */
  static Collage mosaic(int side, List<Sample> samples, List<Picture> pictures, List<Tile> tiles) {
    ImageSize canvas = MosaicLayout.canvas(side);
    List<Piece> pieces = new ArrayList<>();
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < tiles.size(); i++) {
      Tile tile = tiles.get(i);
      pieces.add(new Piece(pictures.get(i), tile));
      targets.addAll(targets(samples.get(i), pictures.get(i).size(), tile, canvas));
    }
    return new Collage(canvas, pieces, targets, List.of());
  }

  /*
   * Where only the canvas cuts a picture, boxes are clipped to it however small they become: the
   * transform that follows sorts them out. Where a neighbour cuts it, what is nearly hidden is no
   * object any more.
   */
  private static List<Target> targets(
      Sample sample, ImageSize picture, Tile tile, ImageSize canvas) {
    Region whole = Region.of(canvas.width(), canvas.height());
    boolean cut = !tile.visible().equals(Tile.of(picture, tile.x(), tile.y(), whole).visible());
    List<Target> targets = new ArrayList<>();
    for (Label label : sample.labels()) {
      Target target = Target.of(label, picture, tile.x(), tile.y());
      if (!cut) {
        targets.add(target.clippedTo(whole));
      } else if (!tile.visible().isEmpty()) {
        Target shown = target.clippedTo(tile.visible());
        if (BoxCandidates.keep(target.box(), 1, shown.box(), BoxCandidates.BOX_AREA)) {
          targets.add(shown);
        }
      }
    }
    return targets;
  }

  /** Returns one picture in the middle of a frame. */
  static Collage letterboxed(Sample sample, Picture picture, Letterbox letterbox) {
    ImageSize frame = letterbox.frame();
    Tile tile =
        Tile.of(
            picture.size(),
            letterbox.left(),
            letterbox.top(),
            Region.of(frame.width(), frame.height()));
    return new Collage(
        frame,
        List.of(new Piece(picture, tile)),
        targets(sample, picture.size(), tile, frame),
        List.of());
  }

  /** Returns the collage with some of its objects pasted again. */
  Collage withPasted(List<Target> objects) {
    List<Target> all = new ArrayList<>(targets);
    objects.forEach(object -> all.add(CopyPaste.mirrored(object, canvas.width())));
    return new Collage(canvas, pieces, all, objects);
  }

  /**
   * Paints a part of the canvas.
   *
   * @param into as large as the part
   */
  void paint(Region part, Mat into) {
    try (PointerScope scope = new PointerScope()) {
      if (!covers(part)) {
        into.put(new Scalar(GREY, GREY, GREY, 0));
      }
      for (Piece piece : pieces) {
        Region shown = piece.tile().visible().intersect(part);
        if (!shown.isEmpty()) {
          Mat from =
              piece.picture().mat().apply(rect(shown.moved(-piece.tile().x(), -piece.tile().y())));
          from.copyTo(into.apply(rect(shown.moved(-part.left(), -part.top()))));
        }
      }
    }
  }

  private boolean covers(Region part) {
    long covered = 0;
    for (Piece piece : pieces) {
      Region shown = piece.tile().visible().intersect(part);
      covered += shown.isEmpty() ? 0 : (long) shown.width() * shown.height();
    }
    return covered == (long) part.width() * part.height();
  }

  private static Rect rect(Region region) {
    return new Rect(region.left(), region.top(), region.width(), region.height());
  }
}
