package io.yolo4j.loss;

/**
 * One positive: this anchor in this cell has to predict a target.
 *
 * @param image place in the batch
 * @param anchor place among the level's anchors
 * @param row cell, from the top
 * @param column cell, from the left
 * @param classId the target's class
 * @param box the target in cells, its centre relative to the cell's corner
 */
record Match(int image, int anchor, int row, int column, int classId, CenterBox box) {}
