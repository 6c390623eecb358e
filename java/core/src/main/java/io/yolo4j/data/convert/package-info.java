/** From other annotation formats (Pascal VOC, COCO) to label files and a data set file. */
@NullMarked
package io.yolo4j.data.convert;

import org.jspecify.annotations.NullMarked;
