/**
 * Writes networks for other programs to run: ONNX files, from the graph and its weights alone. The
 * protobuf wire format is written by hand, so that the library needs no generated classes.
 */
@NullMarked
package io.yolo4j.export;

import org.jspecify.annotations.NullMarked;
