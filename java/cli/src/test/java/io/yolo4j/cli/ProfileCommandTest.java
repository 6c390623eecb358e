package io.yolo4j.cli;

import static io.yolo4j.cli.ProfileSchema.breaches;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small pictures and few runs: what is tested is that figures hang together, not their size. */
final class ProfileCommandTest {
  private static final String[] SMALL = {"--imgsz", "64", "--runs", "3", "--threads", "1"};

  @TempDir private static Path cache = Path.of("");

  @TempDir private Path folder = Path.of("");

  /** Roofs as if they had been measured: that takes seconds, and a quiet machine. */
  @BeforeAll
  static void keepRoofs() throws IOException {
    KeptRoofs.in(cache);
  }

  @Test
  void profile_model_printsEveryLayerAndItsSumsAndWritesAPage() throws IOException {
    Path page = folder.resolve("profile.html");
    Cli.Run run = profile("yolov5n", "--html", page).succeeds();
    assertThat(run.lines().get(0)).startsWith("layer").endsWith("bound");
    assertThat(run.out()).contains("model.0.conv", "dense convolution", "end to end");
    assertThat(run.out()).contains("yolov5n at 64x64 on LibTorch").doesNotContain("NaN", "∞");
    assertThat(run.err()).contains("measuring yolov5n, 3 runs at 64x64");
    assertThat(Files.readString(page)).contains("yolov5n", "model.0.conv", "<svg");
  }

  @Test
  void profile_json_hangsTogether() {
    JsonNode json = profile("mobilenetv3small_yolo5s", "--format", "json").succeeds().json();
    long flops = 0;
    double seconds = 0;
    for (JsonNode layer : json.get("layers")) {
      flops += layer.get("flops").asLong();
      seconds += layer.get("time").get("p50").asDouble();
    }
    assertThat(json.get("flops").asLong()).isEqualTo(flops).isPositive();
    assertThat(json.get("layers_sum").asDouble()).isCloseTo(seconds, within(1e-9));
    assertThat(json.get("end_to_end").get("p50").asDouble()).isPositive();
    assertThat(json.get("roofs").get("flops_per_second_float32").asDouble()).isGreaterThan(1e8);
  }

  @Test
  void convention_anyOfThem_isThatOfSummaryAndSumsToIt() {
    JsonNode summary =
        Cli.run("summary", "yolov5n", "--style", "torchinfo", "--imgsz", 64, "--format", "json")
            .succeeds()
            .json();
    JsonNode torchinfo = counted("torchinfo");
    assertThat(torchinfo.get("total").asLong())
        .isEqualTo(summary.get("torchinfo").get("multiply_adds").asLong());
    assertThat(torchinfo.get("bytes").asLong())
        .isEqualTo(summary.get("torchinfo").get("estimated_total_bytes").asLong());
    assertThat(counted("yolov5").get("total").asDouble())
        .isEqualTo(summary.get("gflops_thop_0_0_31").asDouble());
    // Nothing of yolov5n is the same at every size: twice the multiply-adds are the figure.
    assertThat(2e-9 * counted("thop-0.0.31").get("total").asLong())
        .isCloseTo(summary.get("gflops_thop_0_0_31").asDouble(), within(1e-12));
    assertThat(2e-9 * counted("thop-0.1.1").get("total").asLong())
        .isCloseTo(summary.get("gflops_thop_0_1_1").asDouble(), within(1e-12));
  }

  private static JsonNode counted(String convention) {
    JsonNode json =
        profile("yolov5n", "--convention", convention, "--no-fold-bn", "--format", "json")
            .succeeds()
            .json();
    assertThat(breaches(json)).isEmpty();
    JsonNode counted = json.get("counted");
    assertThat(counted.get("convention").asText()).isEqualTo(convention);
    long sum = 0;
    for (JsonNode layer : json.get("layers")) {
      assertThat(layer.get("counted").isNull()).isEqualTo(convention.equals("yolov5"));
      sum += layer.get("counted").asLong();
    }
    assertThat(sum).isEqualTo(convention.equals("yolov5") ? 0 : counted.get("total").asLong());
    return counted;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mobilenetv3small_yolo5s", "yolov5s-transformer"})
  void convention_ofACompiledPlan_countsTheNodesOfItsSteps(String model) {
    JsonNode json =
        profile(model, "--backend", "onednn", "--convention", "torchinfo", "--format", "json")
            .succeeds()
            .json();
    long sum = 0;
    for (JsonNode layer : json.get("layers")) {
      sum += layer.get("counted").asLong();
    }
    assertThat(json.get("counted").get("total").asLong()).isEqualTo(sum).isPositive();
  }

  /** Layers of bytes lie under the bytes' peak, and read a quarter of what floats would. */
  @Test
  void profile_ofBytes_knowsWhatEachLayerComputesIn() {
    Assumptions.assumeTrue(
        NativeLibrary.load().cpu().multiplies(ElementType.U8),
        "this CPU has no instructions for convolutions of bytes");
    JsonNode floats =
        profile("yolov5n", "--backend", "onednn", "--format", "json").succeeds().json();
    JsonNode json = profile("yolov5n", "--precision", "int8", "--format", "json").succeeds().json();
    assertThat(breaches(json)).isEmpty();
    assertThat(json.get("type").asText()).isEqualTo("u8");
    assertThat(json.get("decode").get("eager_operations").asInt()).isEqualTo(3 * 10 + 1);
    Map<Integer, JsonNode> before = new HashMap<>();
    floats.get("layers").forEach(layer -> before.put(layer.get("node").asInt(), layer));
    int bytes = 0;
    for (JsonNode layer : json.get("layers")) {
      if (layer.get("operands").asText().equals("u8")) {
        bytes++;
        JsonNode same = Objects.requireNonNull(before.get(layer.get("node").asInt()));
        assertThat(layer.get("flops")).isEqualTo(same.get("flops"));
        assertThat(layer.get("weight_bytes").asLong())
            .isEqualTo(same.get("weight_bytes").asLong() / 4);
        assertThat(layer.get("input_bytes").get(0).asLong())
            .isIn(
                same.get("input_bytes").get(0).asLong() / 4,
                same.get("input_bytes").get(0).asLong() / 2,
                same.get("input_bytes").get(0).asLong());
      }
    }
    assertThat(bytes).isGreaterThan(40);
    profile("yolov5n", "--precision", "int8", "--calibration", "x.json")
        .fails(ExitCode.USAGE, "--calibration is not for this command: times don't depend on it");
  }

  @Test
  void convention_isNamedInTableCsvAndPage() throws IOException {
    Path page = folder.resolve("counted.html");
    Cli.Run table = profile("yolov5n", "--convention", "torchinfo", "--html", page).succeeds();
    assertThat(table.lines().get(0)).endsWith("bound  torchinfo M multiply-adds");
    assertThat(table.out())
        .containsPattern("torchinfo counts [0-9,]+ multiply-adds, [0-9,]+ bytes");
    assertThat(Files.readString(page)).containsPattern("torchinfo counts [0-9,]+ multiply-adds");
    Cli.Run csv = profile("yolov5n", "--convention", "yolov5", "--format", "csv").succeeds();
    assertThat(csv.lines().get(0)).endsWith(",convention,counted,counted unit");
    assertThat(csv.lines().get(1)).endsWith(",yolov5,,GFLOPs");
    assertThat(profile("yolov5n").succeeds().out())
        .containsPattern("ours counts [0-9,]+ FLOPs, [0-9,]+ bytes \\(moved\\)");
    profile("yolov5n", "--convention", "fvcore")
        .fails(2, "--convention: a convention must be one of ours, torchinfo, thop-0.0.31");
  }

  @Test
  void profile_csv_hasARowALayer() {
    Cli.Run run = profile("yolov5n", "--format", "csv").succeeds();
    assertThat(run.lines().get(0)).startsWith("layer,category,part,output,MFLOP");
    assertThat(run.lines()).hasSizeGreaterThan(100);
  }

  @Test
  void compare_partsSumToTheGap_andWordsNameThem() {
    JsonNode json =
        run("profile", "compare", "mobilenetv3small_yolo5s", "yolov5s", "--format", "json")
            .succeeds()
            .json();
    for (String parts : new String[] {"by_category", "by_part"}) {
      double sum = 0;
      for (JsonNode part : json.get(parts)) {
        sum += part.get("gap").asDouble();
      }
      assertThat(sum).as(parts).isCloseTo(json.get("gap").asDouble(), within(1e-9));
    }
    assertThat(json.get("verdict").asText()).startsWith("A has 0.");
    assertThat(json.get("raw_counts_warning").asText())
        .startsWith("Counts with batch norms must not be held against these times");
    JsonNode ours = json.get("conventions").get(0);
    assertThat(ours.get("ratio").asDouble()).isEqualTo(json.get("flop_ratio").asDouble());
    assertThat(ours.get("byte_ratio").asDouble()).isEqualTo(json.get("byte_ratio").asDouble());
    JsonNode torchinfo = json.get("conventions").get(1);
    assertThat(torchinfo.get("byte_ratio").asDouble())
        .isEqualTo(json.get("torchinfo_ratio_as_run").asDouble());
  }

  @Test
  void compare_theSeedsPair_warnsOfRawSizes() {
    Cli.Run run = run("profile", "compare", "mobilenetv3small_yolo5s", "yolov5s").succeeds();
    assertThat(run.out())
        .contains("depthwise convolution", "backbone", "neck", "head", "with batch norms")
        .contains("must not be held against these times, in which folded ones did not run")
        .containsPattern("ours +[0-9]+ +[0-9]+ +FLOPs +0\\.[0-9]{3} +[01]\\.[0-9]{3}\n")
        .containsPattern("yolov5 +[0-9.]+ +[0-9.]+ +GFLOPs +0\\.[0-9]{3} +n/a\n");
  }

  @Test
  void json_ofProfilesAndComparisons_keepsToItsSchema() {
    assertThat(breaches(profile("mobilenetv3small_yolo5s", "--format", "json").succeeds().json()))
        .isEmpty();
    JsonNode comparison =
        run("profile", "compare", "yolov5n", "yolov5n", "--format", "json").succeeds().json();
    assertThat(breaches(comparison)).isEmpty();
    assertThat(breaches(((ObjectNode) comparison.deepCopy()).put("raw_counts_warning", 1)))
        .isNotEmpty();
    JsonNode second = comparison.get("second");
    assertThat(breaches(((ObjectNode) second.deepCopy()).put("runs", "many"))).isNotEmpty();
    ObjectNode known = second.deepCopy();
    ((ObjectNode) known.get("paging")).put("value", 0).put("provenance", "n/a");
    assertThat(breaches(known)).isNotEmpty();
  }

  @Test
  void compare_eagerChannelsFirst_tellsOfReordersAndUnfoldedNorms() {
    JsonNode json =
        run(
                "profile",
                "compare",
                "mobilenetv3small_yolo5s",
                "yolov5n",
                "--fold",
                "yolov5",
                "--no-own-kernels",
                "--no-channels-last",
                "--format",
                "json")
            .succeeds()
            .json();
    assertThat(json.get("fold").asText()).isEqualTo("yolov5");
    assertThat(json.get("raw_counts_warning").isTextual()).isTrue();
    assertThat(json.get("first").get("executor").asText()).contains("contiguous");
    assertThat(json.get("torchinfo_ratio_as_run").asDouble())
        .isEqualTo(json.get("torchinfo_ratio_folded").asDouble());
    int norms = 0;
    for (JsonNode layer : json.get("first").get("layers")) {
      norms += layer.get("category").asText().equals("batch norm") ? 1 : 0;
      if (layer.get("category").asText().equals("depthwise convolution")) {
        assertThat(layer.get("reorders").get("value").asInt()).isEqualTo(2);
        assertThat(layer.get("reorders").get("provenance").asText()).isEqualTo("modelled");
        assertThat(layer.get("allocations").get("value").asInt()).isEqualTo(1);
        assertThat(layer.get("allocations").get("provenance").asText()).isEqualTo("derived");
        assertThat(layer.get("allocated_bytes").get("value").asLong())
            .isEqualTo(layer.get("output_bytes").asLong());
      }
    }
    assertThat(norms).isEqualTo(33);
    assertThat(json.get("gap_uncertainty").isNumber()).isTrue();
    assertThat(json.get("first").get("circumstances").get("blocks").asInt()).isEqualTo(3);
  }

  @Test
  void profile_wide_showsCountsAndWhyOthersAreMissing() {
    Cli.Run run = profile("yolov5n", "--wide").succeeds();
    assertThat(run.lines().get(0))
        .endsWith("bound  faults  paging us  allocations  allocated MB  reorders");
    assertThat(run.out()).contains("minor page faults", "involuntary", "cycles: ");
  }

  @Test
  void profile_counters_areInEveryFormatOrSayWhyNot() {
    Cli.Run run = profile("yolov5n", "--counters").succeeds();
    assertThat(run.lines().get(0))
        .endsWith(
            "bound  M cycles  M instructions  instructions/cycle  k misses  missed MB  counted MFLOP  counted FLOP/B");
    JsonNode json = profile("yolov5n", "--counters", "--format", "json").succeeds().json();
    assertThat(breaches(json)).isEmpty();
    JsonNode cycles = json.get("circumstances").get("counters").get("cycles");
    if (cycles.get("missing").isNull()) {
      assertThat(run.out()).containsPattern("(?m)^cycles: [0-9,]+$");
    } else {
      assertThat(run.out()).contains("cycles: n/a, " + cycles.get("missing").asText());
      for (JsonNode layer : json.get("layers")) {
        JsonNode cell = layer.get("cpu_counters").get("cycles");
        assertThat(cell.get("value").isNull()).isTrue();
        assertThat(cell.get("provenance").asText()).isEqualTo("n/a");
      }
    }
  }

  @Test
  void html_thatCannotBeWritten_isRefusedBeforeAnythingIsMeasured() {
    Path missing = folder.resolve("no/such/folder/page.html");
    Cli.run("profile", "yolov5n", "--html", missing)
        .fails(2, "--html: " + missing + " lies in no folder that exists");
    Cli.run("profile", "compare", "yolov5n", "yolov5n", "--html", folder)
        .fails(2, "is a folder; a file was to be named");
  }

  @Test
  void roofs_ofAnRtx3090AtTheClockOfThePaper_haveItsRidge() {
    Cli.Run run = Cli.run("profile", "roofs", "--device", "rtx3090", "--clock", "1.70").succeeds();
    assertThat(run.lines().get(1)).matches("RTX 3090 +1\\.700 +35686 +936 +38\\.13 .*yes");
  }

  @Test
  void roofs_json_keepsToItsSchema() {
    JsonNode measured =
        Cli.runWith(environment(), "profile", "roofs", "--format", "json").succeeds().json();
    ProfileSchema.describes("measured_roofs", measured);
    assertThat(breaches(((ObjectNode) measured.deepCopy()).put("more", 1))).isNotEmpty();
    JsonNode list = Cli.run("profile", "roofs", "--list", "--format", "json").succeeds().json();
    ProfileSchema.describes("specified_roofs", list);
    assertThat(breaches(((ObjectNode) list.get(0)).put("gflops_float32", 0))).isNotEmpty();
    assertThat(breaches(list)).isNotEmpty();
  }

  @Test
  void roofs_list_marksWhatWasNotChecked() {
    Cli.Run run = Cli.run("profile", "roofs", "--list").succeeds();
    assertThat(run.lines()).hasSize(1 + 16 + 1);
    assertThat(run.lines()).anyMatch(line -> line.startsWith("RTX 4090") && line.endsWith("no"));
  }

  @Test
  void roofs_measured_areKept() throws IOException {
    Map<String, String> environment = Map.of("YOLO4J_CACHE", folder.toString());
    // A busy machine must not fail the test, and one that is quiet keeps what it measured.
    Cli.Run first = Cli.runWith(environment, "profile", "roofs");
    if (first.code() != 0) {
      assertThat(first.code()).isEqualTo(1);
      assertThat(first.err()).contains("differed by", "--force believes it all the same");
      return;
    }
    assertThat(first.out()).contains("GFLOP/s in float32, measured", "L1", "DRAM");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()).toList())
          .singleElement()
          .asString()
          .startsWith("roofs-");
    }
    Cli.Run second = Cli.runWith(environment, "profile", "roofs").succeeds();
    assertThat(second.out()).isEqualTo(first.out());
    // What was measured beside other work says so as often as it is read.
    assertThat(second.err().lines()).allMatch(line -> line.contains("is not found again within"));
  }

  @Test
  void wrongUse_saysWhatMustHold() {
    Cli.run("profile").fails(2, "a model is missing");
    Cli.run("profile", "yolov5n", "--imgsz", 100).fails(2, "multiples of the largest stride 32");
    Cli.run("profile", "yolov5n", "--runs", 1).fails(2, "--runs must be at least 3, got 1");
    Cli.run("profile", "yolov5n", "--spec", "rtx3090")
        .fails(2, "--spec goes with --device cuda; a processor's roofs are measured");
    Cli.run("profile", "yolov5n", "--raw", "--fold", "all").fails(2, "--raw is --fold none");
    Cli.run("profile", "yolov5n", "--fold-bn", "--fold", "none")
        .fails(2, "--fold-bn is --fold all; got --fold none beside it");
    Cli.run("profile", "yolov5n", "--no-fold-bn", "--fold", "yolov5")
        .fails(2, "--no-fold-bn is --fold none; got --fold yolov5 beside it");
    Cli.run("profile", "yolov5n", "--fold-bn", "--raw")
        .fails(2, "--fold-bn is --fold all; got --raw");
    Cli.run("profile", "no-such-model").fails(1, "no-such-model");
    Cli.run("profile", "roofs", "--device", "gtx").fails(2, "no single device is named 'gtx'");
    Cli.run("profile", "yolov5n", "--clock", "2")
        .fails(2, "--clock must lie in 0 to 10 GHz and go");
    Cli.run("profile", "roofs", "--clock", "2").fails(2, "--clock must lie in 0 to 10 GHz");
    Cli.run("profile", "roofs", "--device", "cuda", "--clock", "2")
        .fails(2, "--clock is for GPUs of the table; the roofs of --device cuda are measured");
    Cli.run("profile", "roofs", "--threads", "0").fails(2, "--threads must be at least 1, got 0");
    Cli.run("profile", "compare", "yolov5n").fails(2, "Missing required parameter: 'B'");
  }

  private static Cli.Run profile(Object... arguments) {
    return run(Stream.concat(Stream.of("profile"), Stream.of(arguments)).toArray());
  }

  private static Cli.Run run(Object... arguments) {
    return Cli.runWith(
        environment(), Stream.concat(Stream.of(arguments), Stream.of((Object[]) SMALL)).toArray());
  }

  private static Map<String, String> environment() {
    return Map.of("YOLO4J_CACHE", cache.toString());
  }
}
