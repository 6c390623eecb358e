package io.yolo4j.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a study trains: each cell once for each seed. {@link StudyPlans} makes plans.
 *
 * @param kind what differs between the cells
 * @param data the pictures
 * @param cells the alternatives, in the order in which they are shown
 * @param seeds of the runs of each cell
 * @param networks each cell's network, by the cell's name
 */
public record StudyPlan(
    StudyKind kind,
    StudyData data,
    List<StudyCell> cells,
    List<Long> seeds,
    Map<String, NetworkFigures> networks) {
  /** Copies the collections. */
  public StudyPlan {
    cells = List.copyOf(cells);
    seeds = List.copyOf(seeds);
    networks = Map.copyOf(networks);
  }

  /**
   * Makes a plan; checks all that can be checked without training.
   *
   * @throws IllegalArgumentException if there is no seed or one twice, no cell or a name twice, a
   *     subset larger than its class, or a network that is unknown or does not fit
   * @throws IOException if a description or weights cannot be read
   */
  static StudyPlan of(StudyKind kind, StudyData data, List<StudyCell> cells, List<Long> seeds)
      throws IOException {
    if (seeds.isEmpty() || new HashSet<>(seeds).size() != seeds.size()) {
      throw new IllegalArgumentException(
          "a study needs at least one seed, and each only once, got " + seeds);
    }
    if (cells.isEmpty()) {
      throw new IllegalArgumentException(
          "a study of the %s needs at least one".formatted(kind.title()));
    }
    Set<String> names = new HashSet<>();
    Subsets subsets = Subsets.of(data.training());
    Map<String, NetworkFigures> networks = new LinkedHashMap<>();
    for (StudyCell cell : cells) {
      if (!names.add(cell.name())) {
        throw new IllegalArgumentException(
            "each %s may be given only once, got %s twice".formatted(kind.title(), cell.name()));
      }
      subsets.require(cell.picturesPerClass());
      networks.put(
          cell.name(), NetworkFigures.of(cell.options(), data.training().classNames().size()));
    }
    return new StudyPlan(kind, data, cells, seeds, networks);
  }

  /**
   * Returns the runs in their order: seed by seed, so that a study that is stopped early has every
   * cell.
   */
  public List<StudyRun> runs() {
    List<StudyRun> runs = new ArrayList<>();
    for (long seed : seeds) {
      for (StudyCell cell : cells) {
        runs.add(new StudyRun(cell, seed, pictures(cell)));
      }
    }
    return runs;
  }

  private int pictures(StudyCell cell) {
    return cell.picturesPerClass() == 0
        ? data.training().samples().size()
        : cell.picturesPerClass() * data.training().classNames().size();
  }

  /** Returns a cell's network. */
  public NetworkFigures network(StudyCell cell) {
    NetworkFigures figures = networks.get(cell.name());
    if (figures == null) {
      throw new IllegalArgumentException(cell.name() + ": is no cell of this plan");
    }
    return figures;
  }
}
