package io.yolo4j.bindings.presets;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/**
 * How JavaCPP reads yolo4j.h and yolo4j_profile.h. The generated classes are for {@code
 * io.yolo4j.kernels} and {@code io.yolo4j.runtime}; applications use those.
 */
@Properties(
    target = "io.yolo4j.bindings",
    global = "io.yolo4j.bindings.global.Yolo4j",
    value =
        @Platform(
            include = {"yolo4j.h", "yolo4j_profile.h"},
            link = "yolo4j"))
public class Yolo4jPresets implements InfoMapper {
  @Override
  public void map(InfoMap infoMap) {
    infoMap
        .put(new Info("YOLO4J_API").cppTypes().annotations())
        .put(new Info("yolo4j_build_info").pointerTypes("BuildInfo"))
        .put(new Info("yolo4j_depthwise").pointerTypes("DepthwiseParams"))
        .put(new Info("yolo4j_depthwise_forward_buffers").pointerTypes("DepthwiseForwardBuffers"))
        .put(new Info("yolo4j_depthwise_backward_buffers").pointerTypes("DepthwiseBackwardBuffers"))
        .put(new Info("yolo4j_elementwise").pointerTypes("ElementwiseParams"))
        .put(new Info("yolo4j_squeeze_excite").pointerTypes("SqueezeExciteParams"))
        .put(new Info("yolo4j_squeeze_excite_buffers").pointerTypes("SqueezeExciteBuffers"))
        .put(new Info("yolo4j_attention").pointerTypes("AttentionParams"))
        .put(new Info("yolo4j_attention_buffers").pointerTypes("AttentionBuffers"))
        .put(new Info("yolo4j_decode").pointerTypes("DecodeParams"))
        .put(new Info("yolo4j_decode_buffers").pointerTypes("DecodeBuffers"))
        .put(new Info("yolo4j_nms").pointerTypes("NmsParams"))
        .put(new Info("yolo4j_nms_buffers").pointerTypes("NmsBuffers"))
        .put(new Info("yolo4j_pixels_in").pointerTypes("PixelsInParams"))
        // The picture stays where it is on the heap while its rows are read.
        .put(
            new Info("yolo4j_resize_u8")
                .javaText(
                    """
                    @CriticalRegion public static native int yolo4j_resize_u8(
                        @Cast("uint8_t*") ByteBuffer target,
                        @Cast("int64_t") long stride,
                        @Cast("int64_t") long target_width,
                        @Cast("int64_t") long target_height,
                        @Cast("int64_t") long source_width,
                        @Cast("int64_t") long source_height,
                        @Cast("const uint8_t*") byte[] source);
                    """))
        .put(new Info("yolo4j_cuda_events").pointerTypes("CudaEvents"))
        .put(new Info("yolo4j_cupti").pointerTypes("Cupti"))
        .put(new Info("yolo4j_cupti_counting").pointerTypes("CuptiCounting"))
        .put(new Info("yolo4j_cupti_session").pointerTypes("CuptiSession"))
        .put(new Info("yolo4j_counters").pointerTypes("NativeCounters"));
  }
}
