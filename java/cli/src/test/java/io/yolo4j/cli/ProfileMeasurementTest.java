package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a profile promises of its figures, on a machine on which nothing else runs. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProfileMeasurementTest {
  private static final String MOBILE = "mobilenetv3small_yolo5s";

  @TempDir private Path cache = Path.of("");
  private JsonNode profile = MissingNode.getInstance();

  @BeforeAll
  void measure() {
    profile = run("profile", MOBILE, "--nc", 6, "--threads", 1, "--format", "json");
  }

  private JsonNode run(Object... arguments) {
    return Cli.runWith(Map.of("YOLO4J_CACHE", cache.toString()), arguments).succeeds().json();
  }

  /** The best of many runs may find a clock that the roofs didn't: 5 % as between their rounds. */
  @Test
  void layers_atTheirRoofs_lieUnderThem() {
    for (JsonNode layer : profile.get("layers")) {
      double roof =
          Math.max(layer.get("roof_compute").asDouble(), layer.get("roof_memory").asDouble());
      assertThat(layer.get("time").get("p50").asDouble())
          .as(layer.get("path").asText())
          .isGreaterThanOrEqualTo(0.95 * roof);
    }
  }

  @Test
  void layersAndGaps_makeTheWhole() {
    double whole = profile.get("end_to_end").get("p50").asDouble();
    assertThat(profile.get("layers_sum").asDouble() + profile.get("gaps_sum").asDouble())
        .isCloseTo(whole, within(0.10 * whole));
  }

  @Test
  void timingTheSteps_costsNextToNothing() {
    double bare = profile.get("end_to_end_untimed").get("p50").asDouble();
    assertThat(profile.get("end_to_end").get("p50").asDouble()).isLessThan(1.03 * bare);
  }

  /** A what-if of nothing is the measurement; so it must be when it is measured again. */
  @Test
  void whatIf_ofThisDevice_isFoundAgain() {
    Object[] ask = {
      "profile", "what-if", MOBILE, "--nc", 6, "--device", "here", "--format", "json"
    };
    double first = endToEnd(run(ask));
    assertThat(endToEnd(run(ask))).isCloseTo(first, within(0.15 * first));
  }

  private static double endToEnd(JsonNode answer) {
    return answer.get("models").get(MOBILE).get("end_to_end").asDouble();
  }
}
