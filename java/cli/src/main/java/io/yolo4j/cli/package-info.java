/** The command line. */
@NullMarked
package io.yolo4j.cli;

import org.jspecify.annotations.NullMarked;
