package io.yolo4j.kernels;

import io.yolo4j.bindings.NmsBuffers;
import io.yolo4j.bindings.NmsParams;
import io.yolo4j.bindings.global.Yolo4j;
import java.util.function.ToIntFunction;
import org.bytedeco.javacpp.LongPointer;
import org.jspecify.annotations.Nullable;

/**
 * Greedy non-maximum suppression: in the order of falling scores (equal scores: the earlier index
 * first) a box is kept unless its IoU with a kept one of its class is greater than the threshold.
 * IoU is inter / (area + area − inter) in float32, compared in double precision; that of two boxes
 * without area is NaN and suppresses nothing.
 *
 * <p>Threads: safe. Ownership: all arrays and the workspace are the caller's.
 *
 * @param agnostic whether boxes suppress boxes of other classes too
 * @param iouThreshold 0 to 1
 * @param mostCandidates those of the highest scores that are looked at
 * @param mostKept ends when that many are kept
 */
public record SuppressionKernel(
    boolean agnostic, double iouThreshold, long mostCandidates, long mostKept) {
  /**
   * Scored boxes.
   *
   * @param boxes float32 [count, 4]: x1, y1, x2, y2
   * @param scores float32 [count]
   * @param classIds 32-bit [count], 0 or more; may be null when agnostic
   * @param count how many there are
   */
  public record Scored(
      NativeArray boxes, NativeArray scores, @Nullable NativeArray classIds, long count) {}

  /**
   * Writes the indices of the kept boxes in the order of falling scores.
   *
   * @param kept 32-bit [mostKept], or [count] where that is less
   * @return how many are kept
   * @throws IllegalArgumentException if an array is too small or of another type
   * @throws IllegalStateException if an array or the workspace is closed
   * @throws NativeException if a value is out of range
   */
  public int run(Scored candidates, NativeArray kept, KernelWorkspace workspace) {
    long count = candidates.count();
    if (count == 0) {
      return 0;
    }
    long room = Math.min(mostKept, count);
    long bytes = workspaceBytes(count, room);
    try (NmsBuffers buffers = new NmsBuffers();
        LongPointer total = new LongPointer(1)) {
      buffers
          .struct_size(buffers.sizeof())
          .boxes(candidates.boxes().floats("boxes", 4 * count))
          .scores(candidates.scores().floats("scores", count))
          .class_ids(NativeArray.optionalIntegers(candidates.classIds(), "class ids", count))
          .kept(kept.integers("kept", room))
          .kept_count(total)
          .workspace(workspace.atLeast(bytes))
          .workspace_bytes(bytes);
      withParams(
          "yolo4j_nms_run",
          count,
          room,
          p ->
              NativeArray.during(
                  () -> Yolo4j.yolo4j_nms_run(p, buffers),
                  candidates.boxes(),
                  candidates.scores(),
                  candidates.classIds(),
                  kept));
      return Math.toIntExact(total.get());
    }
  }

  private long workspaceBytes(long count, long room) {
    long[] bytes = new long[1];
    withParams("yolo4j_nms_workspace", count, room, p -> Yolo4j.yolo4j_nms_workspace(p, bytes));
    return bytes[0];
  }

  private void withParams(String function, long count, long room, ToIntFunction<NmsParams> call) {
    NativeLibrary.load();
    try (NmsParams params = new NmsParams()) {
      params
          .struct_size(params.sizeof())
          .agnostic(agnostic ? 1 : 0)
          .count(count)
          .most_candidates(Math.min(mostCandidates, count))
          .most_kept(room)
          .iou_threshold(iouThreshold);
      NativeLibrary.check(function, call.applyAsInt(params));
    }
  }
}
