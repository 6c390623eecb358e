package io.yolo4j.bindings.presets;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/**
 * How JavaCPP reads yolo4j.h. The generated classes are for {@code io.yolo4j.kernels} and {@code
 * io.yolo4j.runtime}; applications use those.
 */
@Properties(
    target = "io.yolo4j.bindings",
    global = "io.yolo4j.bindings.global.Yolo4j",
    value = @Platform(include = "yolo4j.h", link = "yolo4j"))
public class Yolo4jPresets implements InfoMapper {
  @Override
  public void map(InfoMap infoMap) {
    infoMap
        .put(new Info("YOLO4J_API").cppTypes().annotations())
        .put(new Info("yolo4j_build_info").pointerTypes("BuildInfo"));
  }
}
