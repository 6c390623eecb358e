package io.yolo4j.lighten;

import io.yolo4j.profile.Timing;
import java.util.Optional;

/**
 * What a model is worth and what it costs.
 *
 * @param name for people
 * @param parameters trainable elements
 * @param flops floating-point operations for one picture, batch norms folded
 * @param bytesMoved bytes that its operations read and write for one picture in float32, each
 *     tensor once a reader
 * @param fileBytes size of the model file
 * @param map50 mean average precision at IoU 0.5; on LibTorch
 * @param map50To95 mean over IoU 0.5 to 0.95
 * @param torch time of a picture on LibTorch
 * @param plan time of a picture on the compiled oneDNN plan; absent where plans don't know the
 *     network
 */
public record Weighed(
    String name,
    long parameters,
    long flops,
    long bytesMoved,
    long fileBytes,
    double map50,
    double map50To95,
    Timing torch,
    Optional<Timing> plan) {}
