/**
 * YOLOv5 description files, the registry of modules, their expansion into a graph, and the summary.
 */
@NullMarked
package io.yolo4j.model;

import org.jspecify.annotations.NullMarked;
