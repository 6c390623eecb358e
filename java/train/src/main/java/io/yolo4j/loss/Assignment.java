package io.yolo4j.loss;

import io.yolo4j.graph.DetectionHead.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the positives of one level. A target matches an anchor when neither side is {@code anchorT}
 * times the other's or more; it then belongs to the cell that holds its centre and to the nearest
 * cell beside and the nearest above or below, unless that lies outside.
 *
 * <p>All in float32: on borders of cells, wider numbers give other cells. The order, which says who
 * comes last on a cell, is by neighbour, then anchor, then target.
 */
final class Assignment {
  private static final float HALF = 0.5f;

  /** The cell of the centre and its neighbours, in the order of the positives. */
  private enum Neighbour {
    NONE(0, 0),
    LEFT(-1, 0),
    UPPER(0, -1),
    RIGHT(1, 0),
    LOWER(0, 1);

    private final int columns;
    private final int rows;

    Neighbour(int columns, int rows) {
      this.columns = columns;
      this.rows = rows;
    }
  }

  /** A target in cells of the level, and an anchor that it matches. */
  private record Candidate(int target, int anchor, CenterBox box) {}

  private final Targets targets;
  private final List<CenterBox> anchors;
  private final int rows;
  private final int columns;
  private final float limit;

  private Assignment(Targets targets, Level level, int rows, int columns, double anchorT) {
    this.targets = targets;
    this.rows = rows;
    this.columns = columns;
    this.limit = (float) anchorT;
    this.anchors = inCells(level);
  }

  /** Returns the positives of a level whose grid has these rows and columns. */
  static List<Match> matches(Targets targets, Level level, int rows, int columns, double anchorT) {
    return new Assignment(targets, level, rows, columns, anchorT).matches();
  }

  /** A level's anchors in cells, their centres at 0. */
  static List<CenterBox> inCells(Level level) {
    float stride = level.stride();
    return level.anchors().stream()
        .map(anchor -> new CenterBox(0, 0, anchor.width() / stride, anchor.height() / stride))
        .toList();
  }

  private List<Match> matches() {
    List<Candidate> candidates = candidates();
    List<Match> matches = new ArrayList<>();
    for (Neighbour neighbour : Neighbour.values()) {
      for (Candidate candidate : candidates) {
        if (isNear(candidate.box, neighbour)) {
          matches.add(match(candidate, neighbour));
        }
      }
    }
    return matches;
  }

  private List<Candidate> candidates() {
    List<Candidate> candidates = new ArrayList<>();
    for (int anchor = 0; anchor < anchors.size(); anchor++) {
      for (int target = 0; target < targets.count(); target++) {
        CenterBox box =
            new CenterBox(
                targets.centerX(target) * columns,
                targets.centerY(target) * rows,
                targets.width(target) * columns,
                targets.height(target) * rows);
        if (fits(box, anchors.get(anchor))) {
          candidates.add(new Candidate(target, anchor, box));
        }
      }
    }
    return candidates;
  }

  private boolean fits(CenterBox box, CenterBox anchor) {
    float width = box.width() / anchor.width();
    float height = box.height() / anchor.height();
    return Math.max(Math.max(width, 1 / width), Math.max(height, 1 / height)) < limit;
  }

  private boolean isNear(CenterBox box, Neighbour neighbour) {
    return switch (neighbour) {
      case NONE -> true;
      case LEFT -> isNear(box.x());
      case UPPER -> isNear(box.y());
      case RIGHT -> isNear(columns - box.x());
      case LOWER -> isNear(rows - box.y());
    };
  }

  /** Whether the border at this distance's whole part is the nearer one, and not the image's. */
  private static boolean isNear(float distance) {
    return distance % 1 < HALF && distance > 1;
  }

  private Match match(Candidate candidate, Neighbour neighbour) {
    CenterBox box = candidate.box;
    int column = clamp((int) (box.x() + neighbour.columns * HALF), columns);
    int row = clamp((int) (box.y() + neighbour.rows * HALF), rows);
    // relative to the clamped cell: a centre on the image's far border is at 1, not at 0
    CenterBox relative = new CenterBox(box.x() - column, box.y() - row, box.width(), box.height());
    int target = candidate.target;
    return new Match(
        targets.image(target), candidate.anchor, row, column, targets.classId(target), relative);
  }

  private static int clamp(int cell, int cells) {
    return Math.max(0, Math.min(cell, cells - 1));
  }
}
