@NullMarked
package io.yolo4j.report;

import org.jspecify.annotations.NullMarked;
