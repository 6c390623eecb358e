package io.yolo4j.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Cells by falling mean mAP50, with the places that their intervals leave open: a cell is behind
 * another one only where its interval lies below the other's as a whole.
 *
 * <p>Each interval is for itself: nothing is corrected for many comparisons.
 *
 * @param places by falling mean
 */
public record Ranking(List<Place> places) {
  /** Copies the list. */
  public Ranking {
    places = List.copyOf(places);
  }

  /**
   * A cell's place.
   *
   * @param cell the cell's result
   * @param first the best place that its interval allows, from 1; 0 where no interval says it
   * @param last the worst
   */
  public record Place(CellResult cell, int first, int last) {
    /** Returns the place as text: 2, 1–3, or a dash. */
    public String text() {
      if (first == 0) {
        return "–";
      }
      return first == last ? Integer.toString(first) : first + "–" + last;
    }
  }

  /** Returns the ranking of cells. */
  static Ranking of(List<CellResult> cells) {
    List<CellResult> sorted = new ArrayList<>(cells);
    sorted.sort(Comparator.comparingDouble((CellResult cell) -> -cell.map50().mean()));
    boolean intervals = sorted.stream().allMatch(cell -> cell.map50().hasInterval());
    List<Place> places = new ArrayList<>();
    for (CellResult cell : sorted) {
      Estimate own = cell.map50();
      int above = (int) sorted.stream().filter(other -> other.map50().above(own)).count();
      int below = (int) sorted.stream().filter(other -> own.above(other.map50())).count();
      places.add(
          intervals ? new Place(cell, 1 + above, sorted.size() - below) : new Place(cell, 0, 0));
    }
    return new Ranking(places);
  }

  /** Returns what can be said, in sentences. */
  public List<String> sentences() {
    if (places.size() < 2) {
      return List.of("A single result: there is nothing to rank.");
    }
    if (places.get(0).first() == 0) {
      return List.of(
          "No ranking: one seed gives no interval, so that any difference may be chance.");
    }
    Estimate best = places.get(0).cell().map50();
    String name = name(places.get(0));
    String alike =
        places.stream()
            .skip(1)
            .filter(place -> !best.above(place.cell().map50()))
            .map(Ranking::name)
            .collect(Collectors.joining(", "));
    String behind =
        places.stream()
            .skip(1)
            .filter(place -> best.above(place.cell().map50()))
            .map(Ranking::name)
            .collect(Collectors.joining(", "));
    List<String> sentences = new ArrayList<>();
    if (alike.isEmpty()) {
      sentences.add("%s is best: its interval lies above all others.".formatted(name));
    } else {
      sentences.add(
          "%s has the highest mean; not distinguishable from it, for intervals overlap: %s."
              .formatted(name, alike));
      if (!behind.isEmpty()) {
        sentences.add("Behind %s, with intervals apart: %s.".formatted(name, behind));
      }
    }
    return sentences;
  }

  private static String name(Place place) {
    return place.cell().cell().name();
  }
}
