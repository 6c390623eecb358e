package io.yolo4j.draw;

import io.yolo4j.graph.Shape;
import io.yolo4j.profile.Part;
import java.util.List;
import java.util.Optional;

/**
 * A scope with places: sizes and coordinates in pixels from its left upper corner.
 *
 * @param scope what is drawn
 * @param direction where its lines lead
 * @param width its width
 * @param height its height
 * @param boxes its boxes, in the order of the scope's
 * @param routes its lines, in the order of the scope's
 * @param bands the parts of the network, behind the rows
 */
public record Drawing(
    Scope scope,
    Direction direction,
    double width,
    double height,
    List<Box> boxes,
    List<Route> routes,
    List<Band> bands) {

  /** Where lines lead. */
  public enum Direction {
    /** From top to bottom. */
    DOWN,
    /** From left to right. */
    RIGHT
  }

  /** Copies the lists. */
  public Drawing {
    boxes = List.copyOf(boxes);
    routes = List.copyOf(routes);
    bands = List.copyOf(bands);
  }

  /**
   * A box.
   *
   * @param unit what it stands for
   * @param x its left side
   * @param y its upper side
   * @param width its width
   * @param height its height
   * @param inside its inside, laid out by itself; its place in an open box is below {@link
   *     BoxLayout#HEADER}
   * @param open whether the inside is shown
   */
  public record Box(
      Unit unit,
      double x,
      double y,
      double width,
      double height,
      Optional<Drawing> inside,
      boolean open) {}

  /**
   * A line.
   *
   * @param wire what it carries
   * @param points its corners, from the side of one box to that of another
   * @param label whether its shape is written at its end; elsewhere the box beside it says it
   */
  public record Route(Wire wire, List<Point> points, boolean label) {
    /** Copies the list. */
    public Route {
      points = List.copyOf(points);
    }

    /** Returns the shape of what it carries. */
    public Shape shape() {
      return wire.shape();
    }
  }

  /** A place. */
  public record Point(double x, double y) {}

  /**
   * The ground behind the rows of a part of the network.
   *
   * @param part the part
   * @param x its left side
   * @param y its upper side
   * @param width its width
   * @param height its height
   */
  public record Band(Part part, double x, double y, double width, double height) {}
}
