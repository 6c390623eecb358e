/**
 * Reading and writing of PyTorch checkpoints and safetensors, and the transfer of their tensors
 * into a model. Nothing of a file is ever executed.
 */
@NullMarked
package io.yolo4j.weights;

import org.jspecify.annotations.NullMarked;
