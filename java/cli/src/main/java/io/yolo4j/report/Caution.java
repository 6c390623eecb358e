package io.yolo4j.report;

import java.util.Optional;

/**
 * What counts of raw networks say beside the times of those that ran.
 *
 * @param fact a sentence with the figures
 * @param warning a sentence, where they must not be held against each other
 */
public record Caution(String fact, Optional<String> warning) {}
