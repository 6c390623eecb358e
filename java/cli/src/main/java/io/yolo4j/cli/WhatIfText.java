package io.yolo4j.cli;

import static io.yolo4j.cli.ProfileText.milliseconds;

import io.yolo4j.cli.BackendOption.Backend;
import io.yolo4j.cli.ExecutorOptions.Precision;
import io.yolo4j.profile.DeviceTable;
import io.yolo4j.profile.Evidence;
import io.yolo4j.profile.Footprint;
import io.yolo4j.profile.SameDevice;
import io.yolo4j.profile.Scenario;
import io.yolo4j.profile.WhatIf;
import io.yolo4j.report.Numbers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers of what-if as tables and JSON; ratios are to the last.
 *
 * @param scenario how the networks would run
 * @param folding which batch norms are folded in them
 * @param base what ran the measurement
 * @param precision what the measurement computed in
 */
record WhatIfText(Scenario scenario, Folding folding, Backend base, Precision precision) {
  private static final String PLAN = ", compiled plan";

  /** The time to issue is this host's; what a launch adds to it is assumed. */
  private static final String HOST_KIND = "measured, with an assumed launch";

  /** A network's answer on a GPU that isn't at hand. */
  record Specified(String model, WhatIf.Prediction prediction, Footprint footprint) {}

  /** A network's answer on this device. */
  record Here(String model, SameDevice.Answer answer, Footprint footprint) {}

  /** Returns all that was asked for, in words. */
  String words() {
    return String.join(", ", scenario.words())
        + ", batch norms folded: "
        + folding
        + (isPlan() ? PLAN : "");
  }

  private boolean isPlan() {
    return base == Backend.ONEDNN;
  }

  /** What a plan has anyway is no gain that a what-if could promise. */
  private String anyway() {
    return isPlan()
        ? " A plan has its batch norms folded, its feature maps channels last and its activations in the convolutions anyway: asking for these changes nothing."
        : "";
  }

  Table specified(List<Specified> answers) {
    Table table =
        new Table(
            List.of(
                "model",
                "rests on",
                "roof ms",
                "GPU busy ms",
                "host ms",
                "end to end ms",
                "ratio",
                "decides",
                "kernels",
                "memory GB"));
    WhatIf.Prediction last = answers.get(answers.size() - 1).prediction();
    for (Specified answer : answers) {
      WhatIf.Prediction p = answer.prediction();
      double best = p.eager() / last.eager();
      double shared = p.eagerAtShares() / last.eagerAtShares();
      table.row(
          List.of(
              answer.model(),
              Evidence.SPECIFICATION_ONLY.text(),
              range(p.roof(), p.roofAtShares()),
              range(p.busy(), p.busyAtShares()),
              milliseconds(p.host()),
              range(p.eager(), p.eagerAtShares()),
              "%s to %s"
                  .formatted(
                      Numbers.fixed(Math.min(best, shared), 2),
                      Numbers.fixed(Math.max(best, shared), 2)),
              p.isIssueBound() ? "issue" : "GPU",
              p.kernels(),
              gigabytes(answer.footprint().bytes())));
    }
    return table;
  }

  Table here(List<Here> answers) {
    Table table =
        new Table(
            List.of("model", "rests on", "measured ms", "end to end ms", "ratio", "memory GB"));
    double last = answers.get(answers.size() - 1).answer().endToEnd();
    for (Here answer : answers) {
      table.row(
          List.of(
              answer.model(),
              answer.answer().evidence().text(),
              milliseconds(answer.answer().measured()),
              milliseconds(answer.answer().endToEnd()),
              Numbers.fixed(answer.answer().endToEnd() / last, 2),
              gigabytes(answer.footprint().bytes())));
    }
    return table;
  }

  String footnote(WhatIf question) {
    DeviceTable.Device device = question.device();
    return "Modelled for %s at %s GHz, %s%s: from the specified peaks to the shares of the roofs reached here; host is calibrated, this machine's times to issue and the launches. Assumed: %.0f us a kernel, %.0f us a launch."
            .formatted(
                device.name(),
                Numbers.fixed(question.megahertz() / 1000, 3),
                words(),
                device.checked() == null ? " (specification not checked)" : "",
                1e6 * WhatIf.KERNEL_FLOOR,
                1e6 * WhatIf.LAUNCH)
        + (isPlan() ? " Each step of the plan is one kernel." : "")
        + anyway();
  }

  String footnote(Evidence evidence) {
    String scaled = "scaled from the measurement of one picture in %s by the ".formatted(precision);
    return "On this device, %s: %s."
            .formatted(
                words(),
                switch (evidence) {
                  case REPLAYED -> "the measurement itself";
                  case CALIBRATED ->
                      scaled + "rules that were calibrated here for each class of operations";
                  default ->
                      scaled + "roofs, where no rule was calibrated for a class of operations";
                })
        + anyway();
  }

  Map<String, Object> json(WhatIf question, List<Specified> answers) {
    DeviceTable.Device device = question.device();
    Map<String, Object> json = head(Evidence.SPECIFICATION_ONLY, device.name());
    json.put("checked", device.checked());
    json.put("clock_ghz", question.megahertz() / 1000);
    json.put("assumed_kernel_floor", WhatIf.KERNEL_FLOOR);
    json.put("assumed_launch", WhatIf.LAUNCH);
    json.put("device_memory_bytes", device.memoryBytes());
    json.put("memory_checked", device.memoryChecked());
    Map<String, Object> models = new LinkedHashMap<>();
    for (Specified answer : answers) {
      WhatIf.Prediction p = answer.prediction();
      Map<String, Object> model = new LinkedHashMap<>();
      model.put("kind", Evidence.SPECIFICATION_ONLY.text());
      model.put("roof", p.roof());
      model.put("roof_at_shares", p.roofAtShares());
      model.put("busy", p.busy());
      model.put("busy_at_shares", p.busyAtShares());
      model.put("host", p.host());
      model.put("host_kind", HOST_KIND);
      model.put("end_to_end", p.eager());
      model.put("end_to_end_at_shares", p.eagerAtShares());
      model.put("issue_bound", p.isIssueBound());
      model.put("kernels", p.kernels());
      memory(model, answer.footprint());
      models.put(answer.model(), model);
    }
    json.put("models", models);
    return json;
  }

  Map<String, Object> json(List<Here> answers) {
    Map<String, Object> json = head(answers.get(0).answer().evidence(), "here");
    Map<String, Object> models = new LinkedHashMap<>();
    for (Here answer : answers) {
      Map<String, Object> model = new LinkedHashMap<>();
      model.put("kind", answer.answer().evidence().text());
      model.put("measured", answer.answer().measured());
      model.put("end_to_end", answer.answer().endToEnd());
      memory(model, answer.footprint());
      models.put(answer.model(), model);
    }
    json.put("models", models);
    return json;
  }

  private Map<String, Object> head(Evidence evidence, String device) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", evidence.text());
    json.put("device", device);
    json.put("backend", base.toString());
    json.put("precision", precision.toString());
    json.put("dtype", scenario.dtype());
    json.put("batch", scenario.batch());
    json.put("channels_last", scenario.channelsLast());
    json.put("graph", scenario.captured());
    json.put("fuse_act", scenario.fusedActivations());
    json.put("fold", folding.toString());
    json.put("built_in", isPlan() ? List.of("fold", "channels_last", "fuse_act") : List.of());
    return json;
  }

  private static void memory(Map<String, Object> model, Footprint footprint) {
    model.put("weight_bytes", footprint.weightBytes());
    model.put("feature_map_bytes", footprint.mapBytes());
  }

  static String gigabytes(long bytes) {
    return Numbers.fixed(bytes / 1e9, 3);
  }

  private static String range(double from, double to) {
    return milliseconds(from) + " to " + milliseconds(to);
  }
}
