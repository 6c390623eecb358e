package io.yolo4j.cli;

import io.yolo4j.report.DemoPage;
import java.util.ArrayList;
import java.util.List;

/**
 * A step of the demo.
 *
 * @param id its name
 * @param title what it is about
 * @param explanation what a newcomer sees, in a sentence or two
 * @param links what it makes
 * @param command what is run
 */
record DemoStep(
    String id, String title, String explanation, List<DemoPage.Link> links, List<String> command) {
  DemoStep {
    links = List.copyOf(links);
    command = List.copyOf(command);
  }

  static DemoStep of(String id, String title, String explanation, List<String> command) {
    return new DemoStep(id, title, explanation, List.of(), command);
  }

  DemoStep linking(String text, String target) {
    return new DemoStep(id, title, explanation, List.of(new DemoPage.Link(text, target)), command);
  }

  /** Returns the step with another sentence of explanation. */
  DemoStep noting(String sentence) {
    return new DemoStep(id, title, explanation + " " + sentence, links, command);
  }

  /** Returns the step with more arguments. */
  DemoStep with(String... more) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(more));
    return new DemoStep(id, title, explanation, links, all);
  }

  /** Returns what the page shows of it. */
  DemoPage.Step shown(String printed, String failure, double seconds, List<String> pictures) {
    return new DemoPage.Step(
        id,
        title,
        explanation,
        String.join(" ", command),
        printed,
        failure,
        seconds,
        links,
        pictures);
  }
}
