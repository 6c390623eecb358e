package io.yolo4j.loss;

/** A box by its centre and size, in any unit of length. */
record CenterBox(float x, float y, float width, float height) {}
