package io.yolo4j.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * How long a cell's network takes for one picture of the study's size, in milliseconds.
 *
 * @param cell the cell's name
 * @param backend what ran it: torch or onednn
 * @param runs measured runs
 * @param minimum the least time; NaN where it could not run
 * @param median the median
 * @param p95 the 95th percentile
 * @param problem why it could not run; null where it did
 */
public record NetworkTime(
    @JsonProperty("cell") String cell,
    @JsonProperty("backend") String backend,
    @JsonProperty("runs") int runs,
    @JsonProperty("min_ms") double minimum,
    @JsonProperty("median_ms") double median,
    @JsonProperty("p95_ms") double p95,
    @JsonProperty("problem") @Nullable String problem) {}
