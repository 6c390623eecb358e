package io.yolo4j.draw;

import io.yolo4j.graph.Shape;

/**
 * A tensor that one box of a scope gives and another reads.
 *
 * @param source index of the box that gives it
 * @param target index of the box that reads it
 * @param tensor id of the node whose output it is
 * @param shape its shape
 */
public record Wire(int source, int target, int tensor, Shape shape) {}
