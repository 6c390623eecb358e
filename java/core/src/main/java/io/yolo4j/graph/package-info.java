/**
 * The one description of a network: operations, shapes, costs, the module tree. Plain Java; imports
 * nothing native and no other package of the project.
 */
@NullMarked
package io.yolo4j.graph;

import org.jspecify.annotations.NullMarked;
