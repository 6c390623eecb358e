package io.yolo4j.graph;

/**
 * A parameter or buffer that an operation reads.
 *
 * @param name its name inside its module, for example {@code running_mean}
 * @param shape its shape
 * @param role what it is to the module
 */
public record ParameterSlot(String name, Shape shape, ParameterRole role) {}
