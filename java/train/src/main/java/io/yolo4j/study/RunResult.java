package io.yolo4j.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What came out of a run, measured with the weights of its best epoch on the validation pictures.
 * The best epoch is chosen on these pictures too, so figures are a little too high, in every cell
 * alike.
 *
 * @param cell name of the cell
 * @param seed the run's seed
 * @param pictures training pictures
 * @param epochs epochs that were trained
 * @param bestEpoch the epoch with the best fitness, from 0
 * @param precision mean over classes
 * @param recall mean over classes
 * @param map50 mAP at IoU 0.5
 * @param map50To95 mAP over IoU 0.50 to 0.95
 * @param ap50 AP at IoU 0.5 by class name
 * @param seconds of training and validation; of an epoch that was cut off, the part after it went
 *     on
 */
public record RunResult(
    @JsonProperty("cell") String cell,
    @JsonProperty("seed") long seed,
    @JsonProperty("pictures") int pictures,
    @JsonProperty("epochs") int epochs,
    @JsonProperty("best_epoch") int bestEpoch,
    @JsonProperty("precision") double precision,
    @JsonProperty("recall") double recall,
    @JsonProperty("map50") double map50,
    @JsonProperty("map50_95") double map50To95,
    @JsonProperty("ap50") Map<String, Double> ap50,
    @JsonProperty("seconds") double seconds) {
  /** Copies the map. */
  public RunResult {
    ap50 = Collections.unmodifiableMap(new LinkedHashMap<>(ap50));
  }
}
