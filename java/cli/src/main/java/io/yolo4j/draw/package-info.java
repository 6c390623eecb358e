/**
 * A network as boxes and lines: its graph cut into scopes along the module tree, each laid out by
 * Eclipse ELK. What is drawn follows from the graph alone; how it looks is the reports' matter.
 */
@NullMarked
package io.yolo4j.draw;

import org.jspecify.annotations.NullMarked;
