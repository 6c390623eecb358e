package io.yolo4j.runtime;

/**
 * What a step does with memory, found by looking at its tensors.
 *
 * @param node the node's id in {@link MeasurableExecutor#graph()}
 * @param allocations tensors that it leaves in memory that none of its inputs lies in
 * @param bytes of that memory
 * @param reorders tensors that its implementation must bring into another layout; negative where
 *     that isn't known
 */
public record StepMemory(int node, int allocations, long bytes, int reorders) {}
