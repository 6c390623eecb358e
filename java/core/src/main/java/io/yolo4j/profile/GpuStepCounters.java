package io.yolo4j.profile;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeException;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.IssueListener;
import io.yolo4j.runtime.MeasurableExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Counts on a GPU, a range a step, in runs that aren't timed: as many as the counters need passes.
 *
 * <p>A node's work may take several ranges of the same name, which add up.
 */
final class GpuStepCounters implements IssueListener {
  /** No set of counters needs nearly so many; a source that never ends must. */
  private static final int MOST_PASSES = 64;

  /**
   * What was found.
   *
   * @param layers by node; none where nothing counts
   * @param text what counted, or why nothing did: a sentence for people
   */
  record Result(Map<Integer, GpuLayerCounters> layers, String text) {
    /** Copies the map. */
    Result {
      layers = Map.copyOf(layers);
    }

    /** Returns what is known of a node. */
    GpuLayerCounters of(int node) {
      return Objects.requireNonNullElse(layers.get(node), GpuLayerCounters.UNKNOWN);
    }
  }

  private final GpuCounterSource source;

  private GpuStepCounters(GpuCounterSource source) {
    this.source = source;
  }

  /**
   * Counts the steps of a network; where that isn't possible, nothing is known, and the text says
   * why.
   *
   * @param executor whose steps a GPU works off
   * @param type of weights and feature maps
   */
  static Result count(
      GpuCounterSource.Opener opener,
      MeasurableExecutor executor,
      ImageBatch batch,
      ElementType type) {
    int device = executor.gpu().orElseThrow();
    try (GpuCounterSource source = opener.open(device, executor.graph().nodes().size(), type)) {
      int passes = new GpuStepCounters(source).passes(executor, batch);
      return new Result(
          layers(source),
          "%s counted, %d passes of the same run".formatted(source.counted().chip(), passes));
    } catch (NativeException e) {
      return without(e.reason());
    } catch (UnsupportedOperationException e) {
      return without(String.valueOf(e.getMessage()));
    }
  }

  private static Result without(String reason) {
    return new Result(Map.of(), "timing only: " + reason);
  }

  private int passes(MeasurableExecutor executor, ImageBatch batch) {
    for (int pass = 1; pass <= MOST_PASSES; pass++) {
      source.beginPass();
      executor.run(batch, this);
      if (!source.endPass()) {
        return pass;
      }
    }
    throw new UnsupportedOperationException(
        "the counters must be read after %d passes, they want more".formatted(MOST_PASSES));
  }

  @Override
  public void issuing(int node) {
    source.push(Integer.toString(node));
  }

  @Override
  public void issued(int node) {
    source.pop();
  }

  private static Map<Integer, GpuLayerCounters> layers(GpuCounterSource source) {
    Map<Integer, GpuLayerCounters> layers = new HashMap<>();
    source
        .values()
        .forEach(
            (range, values) ->
                layers.put(
                    Integer.valueOf(range), GpuLayerCounters.of(source.counted().read(values))));
    return layers;
  }
}
