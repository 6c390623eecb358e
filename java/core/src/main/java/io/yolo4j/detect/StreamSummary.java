package io.yolo4j.detect;

import java.util.Optional;

/**
 * How a {@link DetectionStream} ended.
 *
 * @param results frames that were worked on
 * @param errors frames that failed
 * @param dropped frames that were dropped
 * @param cancelled whether it ended before its source
 * @param failure why the source gave no more frames, or what a listener threw; empty at a plain end
 */
public record StreamSummary(
    long results, long errors, long dropped, boolean cancelled, Optional<Exception> failure) {}
