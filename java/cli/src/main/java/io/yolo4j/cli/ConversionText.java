package io.yolo4j.cli;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Split;
import io.yolo4j.data.convert.ConversionReport;
import io.yolo4j.data.convert.ConversionReport.Part;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** What {@code data convert} prints. */
final class ConversionText {
  private final Output output;
  private final ConversionReport report;
  private final Map<Split, Part> parts;

  ConversionText(Output output, ConversionReport report) {
    this.output = output;
    this.report = report;
    parts = new EnumMap<>(report.parts());
  }

  void print(boolean difficultKept) {
    if (output.json()) {
      output.printJson(json());
      return;
    }
    PrintWriter out = output.out();
    table().print(out);
    count(report.difficult(), "objects marked difficult, " + (difficultKept ? "kept" : "left out"));
    count(report.crowds(), "crowd regions, left out");
    count(report.unlisted(), "pictures in no list, left out");
    count(report.foreign(), "pictures that lay there before and belong to the data set now");
    if (!report.issues().isEmpty()) {
      out.println("issues: " + IssueList.summary(report.issueCounts()));
    }
    out.println("data set file: " + report.file());
  }

  private void count(int number, String what) {
    if (number > 0) {
      output.out().println(number + " " + what);
    }
  }

  private Table table() {
    List<String> header = new ArrayList<>(List.of("class"));
    parts.keySet().forEach(split -> header.add(split.key()));
    header.add("all");
    Table table = new Table(header);
    for (int i = 0; i < report.classNames().size(); i++) {
      int id = i;
      add(table, report.classNames().get(id), part -> part.boxes().get(id));
    }
    add(table, "all boxes", part -> part.boxes().stream().mapToInt(n -> n).sum());
    add(table, "pictures", Part::images);
    add(table, "- without boxes", Part::background);
    add(table, "- of several classes", Part::mixed);
    return table;
  }

  private void add(Table table, String what, ToIntFunction<Part> count) {
    List<Object> row = new ArrayList<>(List.of(what));
    int sum = 0;
    for (Part part : parts.values()) {
      row.add(count.applyAsInt(part));
      sum += count.applyAsInt(part);
    }
    row.add(sum);
    table.row(row);
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("data", report.file().toString());
    json.put("names", report.classNames());
    json.put("images", report.images());
    json.put("boxes", report.boxes());
    Map<String, Object> splits = new LinkedHashMap<>();
    parts.forEach(
        (split, part) -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("images", part.images());
          one.put("background", part.background());
          one.put("several_classes", part.mixed());
          one.put("boxes", part.boxes());
          splits.put(split.key(), one);
        });
    json.put("splits", splits);
    json.put("difficult", report.difficult());
    json.put("crowds", report.crowds());
    json.put("unlisted", report.unlisted());
    json.put("from_before", report.foreign());
    json.put("issues", report.issues().stream().map(DataIssue::toString).toList());
    return json;
  }
}
