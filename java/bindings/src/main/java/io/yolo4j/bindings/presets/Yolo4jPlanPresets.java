package io.yolo4j.bindings.presets;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/**
 * How JavaCPP reads yolo4j_plan.h. The generated classes are for {@code io.yolo4j.runtime}.
 * oneDNN's library comes from its own jar, whose Java classes aren't needed.
 */
@Properties(
    inherit = Yolo4jPresets.class,
    target = "io.yolo4j.bindings.plan",
    global = "io.yolo4j.bindings.global.Yolo4jPlan",
    value =
        @Platform(
            include = "yolo4j_plan.h",
            link = "yolo4j_plan",
            preload = {"gomp@.1", "dnnl@.3"},
            preloadresource = "/org/bytedeco/dnnl/"))
public class Yolo4jPlanPresets implements InfoMapper {
  @Override
  public void map(InfoMap infoMap) {
    infoMap
        .put(new Info("YOLO4J_API").cppTypes().annotations())
        .put(new Info("yolo4j_plan").pointerTypes("NativePlan"))
        .put(new Info("yolo4j_plan_context").pointerTypes("NativeContext"))
        .put(new Info("yolo4j_plan_tensor").pointerTypes("TensorParams"))
        .put(new Info("yolo4j_plan_step").pointerTypes("StepParams"))
        .put(new Info("yolo4j_plan_network").pointerTypes("NetworkParams"));
  }
}
