package io.yolo4j.cli;

import io.yolo4j.detect.Detection;
import io.yolo4j.detect.Detector;
import io.yolo4j.detect.DetectorOptions;
import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Layer;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelBuilder;
import io.yolo4j.model.ModelDescription;
import io.yolo4j.model.ModuleRegistry;
import io.yolo4j.model.ModuleType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The README's Java code, word for word; {@link ReadmeTest} compares the texts and runs it in a
 * folder with its files.
 */
final class ReadmeSnippets {
  private ReadmeSnippets() {}

  public static void main(String[] arguments) throws IOException {
    detect();
    ownModule();
  }

  private static void detect() throws IOException {
    try (Detector detector = Detector.load(Path.of("yolov5n.pt"), DetectorOptions.defaults())) {
      for (Detection detection : detector.detect(Path.of("bus.jpg"))) {
        System.out.println(detection.label() + " " + detection.box());
      }
    }
  }

  private static void ownModule() throws IOException {
    ModuleRegistry registry =
        ModuleRegistry.standard()
            .with(
                ModuleType.scaled(
                    "PlainBlock",
                    (scope, args) -> {
                      int channels = args.integer(1, "c2");
                      Layer conv =
                          scope.conv2d("conv", Conv2d.of(args.integer(0, "c1"), channels, 3));
                      Layer act = scope.activation("act", Activation.Kind.HARDSWISH);
                      return Layer.chain(List.of(conv, act));
                    }));
    Model model = new ModelBuilder(registry).build(ModelDescription.read(Path.of("mine.yaml")));
    System.out.println("PlainBlock: " + model.rows().get(0).parameters() + " parameters");
  }
}
