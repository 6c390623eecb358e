package io.yolo4j.cli;

import java.nio.file.Path;
import java.util.List;

/** What the demo does, in its order: commands as a user would type them. */
final class DemoSteps {
  /** How much is made, trained and measured. */
  enum Extent {
    FULL(1000, 128, 32, 640, 10),
    QUICK(100, 64, 10, 64, 3);

    private final int pictures;
    private final int imageSize;
    private final int epochs;
    private final int comparedSize;
    private final int runs;

    Extent(int pictures, int imageSize, int epochs, int comparedSize, int runs) {
      this.pictures = pictures;
      this.imageSize = imageSize;
      this.epochs = epochs;
      this.comparedSize = comparedSize;
      this.runs = runs;
    }

    private String side() {
      return String.valueOf(imageSize);
    }
  }

  private final Path folder;
  private final Extent extent;
  private final String seed;
  private final String data;
  private final String best;

  DemoSteps(Path folder, Extent extent, long seed) {
    this.folder = folder;
    this.extent = extent;
    this.seed = String.valueOf(seed);
    data = in("steel/data.yaml");
    best = in("train/weights/best.safetensors");
  }

  private String in(String name) {
    return folder.resolve(name).toString();
  }

  DemoStep pictures() {
    return DemoStep.of(
        "pictures",
        "Pictures",
        "Synthetic sheets of rolled steel with six kinds of defects, drawn from a seed. A tenth is kept apart to measure on. Data sets of your own have the same form: pictures, a text file of boxes beside each, and one YAML file.",
        List.of(
            "data",
            "synth",
            "--out",
            in("steel"),
            "--images",
            String.valueOf(extent.pictures),
            "--val-share",
            "0.1",
            "--seed",
            seed));
  }

  DemoStep statistics() {
    return DemoStep.of(
            "data",
            "The data at a glance",
            "How many boxes each class has, how large they are, whether the anchors reach them, which pictures look alike and which labels look wrong: what to look at before anything is trained.",
            List.of(
                "data",
                "stats",
                "--data",
                data,
                "--imgsz",
                extent.side(),
                "--html",
                in("data.html")))
        .linking("The data set's page", "data.html");
  }

  /**
   * The run has few batches, so it takes an optimizer step with each, a short warm-up, an optimizer
   * that is fast at the start, and pictures near to those it is measured on: no mosaics, which
   * would halve the defects of pictures that are small already.
   */
  DemoStep training() {
    return DemoStep.of(
            "training",
            "Training",
            "yolov5n learns from random weights. Losses fall, and mAP50, the area under the curve of precision over recall, rises to 1 at best; a star marks the best epoch so far, whose weights are kept.",
            List.of(
                "train",
                "--data",
                data,
                "--model",
                "yolov5n",
                "--imgsz",
                extent.side(),
                "--epochs",
                String.valueOf(extent.epochs),
                "--batch",
                "16",
                "--nominal-batch",
                "16",
                "--warmup-floor",
                "0",
                "--optimizer",
                "ADAMW",
                "--set",
                "lr0=0.002",
                "--set",
                "mosaic=0",
                "--set",
                "scale=0.2",
                "--set",
                "flipud=0.5",
                "--seed",
                seed,
                "--out",
                in("train")))
        .linking("The run's report: curves, pictures, what is taken for what", "train/report.html");
  }

  DemoStep validation() {
    return DemoStep.of(
            "validation",
            "Is it any good, where it will run?",
            "The trained network, compiled for the edge and without LibTorch, on pictures that training never saw. Its mAP is close to that of training's best epoch; the report adds the rates of an inspection: clean sheets that would be flagged, defects that would escape.",
            List.of(
                "val",
                "--weights",
                best,
                "--data",
                data,
                "--imgsz",
                extent.side(),
                "--batch",
                "32",
                "--backend",
                "onednn",
                "--plots",
                in("val")))
        .linking("The validation's report", "val/report.html");
  }

  DemoStep detection(Path source) {
    return DemoStep.of(
        "detection",
        "Detections",
        "What an application sees: boxes with classes and confidences, on sheets that training never saw.",
        List.of(
            "detect",
            "--weights",
            best,
            "--source",
            source.toString(),
            "--imgsz",
            extent.side(),
            "--save-dir",
            in("detect")));
  }

  DemoStep plan() {
    return DemoStep.of(
        "plan",
        "The plan for the edge",
        "What runs for one picture: batch norms are folded away, activations and sums happen inside the convolutions, concatenations are written in place, and all feature maps share one arena. It needs no LibTorch.",
        List.of("plan", best, "--imgsz", extent.side()));
  }

  DemoStep roofs() {
    return DemoStep.of(
        "roofs",
        "What this machine can do",
        "Arithmetic and bandwidth of each level of memory, measured. No layer can be faster than these roofs allow.",
        List.of("profile", "roofs"));
  }

  DemoStep profile() {
    return DemoStep.of(
            "profile",
            "Where the time goes",
            "Each layer of the plan against the roofs: its work, its time, what bounds it, and how much could still be won.",
            List.of(
                "profile",
                best,
                "--imgsz",
                extent.side(),
                "--backend",
                "onednn",
                "--runs",
                String.valueOf(extent.runs),
                "--html",
                in("profile.html")))
        .linking("The profile's page: rooflines, lost time by cause, every layer", "profile.html");
  }

  DemoStep comparison() {
    return DemoStep.of(
            "compare",
            "Is a lighter network faster?",
            "YOLOv5s with MobileNetV3 as its backbone has 0.37 of the FLOPs. Whether it takes 0.37 of the time, and which kinds of work decide: the question with which yolo4j began, answered for this machine.",
            List.of(
                "profile",
                "compare",
                "mobilenetv3small_yolo5s",
                "yolov5s",
                "--nc",
                "6",
                "--imgsz",
                String.valueOf(extent.comparedSize),
                "--backend",
                "onednn",
                "--runs",
                String.valueOf(extent.runs),
                "--html",
                in("compare.html")))
        .linking("The comparison's page", "compare.html");
  }

  DemoStep drawing() {
    return DemoStep.of(
            "network",
            "How the network is built",
            "Every row of the trained network, drawn from the graph that runs; a click opens a module down to single operations.",
            List.of("draw", best, "--imgsz", extent.side(), "--output", in("network.html")))
        .linking("The drawing", "network.html");
  }
}
