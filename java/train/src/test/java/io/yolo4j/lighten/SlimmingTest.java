package io.yolo4j.lighten;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.train.TinyRun;
import io.yolo4j.train.TrainOptions;
import io.yolo4j.train.Trainer;
import io.yolo4j.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slimming from end to end on a network that trains in milliseconds. */
final class SlimmingTest {
  @TempDir private Path folder = Path.of("");
  private TinyRun tiny = TinyRun.at(folder);
  private Path weights = Path.of("");

  @BeforeEach
  void setUp() throws IOException {
    tiny = TinyRun.in(folder);
    TrainOptions first = tiny.options("first").epochs(1).build();
    weights = Objects.requireNonNull(Trainer.of(first).run(TrainingListener.NONE).last());
  }

  private TrainOptions.Builder training(String name) {
    return tiny.options(name).model(null).weights(weights).epochs(1);
  }

  private static PruneOptions half() {
    return PruneOptions.channels(0.5, 64).withMinimum(2).withMultiple(2);
  }

  @Test
  void run_allPhases_giveModelsThatOpen_andAreWeighed() throws IOException {
    Slimming.Options options =
        new Slimming.Options(training("slim").sparsity(0.5).build(), 2, true, half());
    Slimming.Result result = new Slimming(options).run(run -> TrainingListener.NONE).orElseThrow();
    assertThat(folder.resolve("slim/sparse/weights/last.safetensors")).exists();
    assertThat(result.pruned()).isEqualTo(folder.resolve("slim/pruned.safetensors"));
    Path tuned = result.tuned().orElseThrow();
    LoadedModel pruned = LoadedModel.open(result.pruned(), Optional.empty());
    LoadedModel after = LoadedModel.open(tuned, Optional.empty());
    assertThat(pruned.classNames()).containsExactly("red", "blue");
    assertThat(after.model().description().widths())
        .isEqualTo(pruned.model().description().widths())
        .isNotEmpty();

    List<Weighed> weighed =
        new Weighing(64, 3, TorchOptions.defaults().withThreads(1), PlanOptions.defaults())
            .of(
                List.of(
                    new Weighing.Subject("before", weights), new Weighing.Subject("after", tuned)),
                Dataset.scan(DatasetConfig.read(tiny.data()), Split.VAL, ScanOptions.defaults()));
    assertThat(weighed.get(1).flops()).isLessThan(weighed.get(0).flops());
    assertThat(weighed.get(1).bytesMoved()).isLessThan(weighed.get(0).bytesMoved());
    assertThat(weighed.get(1).parameters()).isLessThan(weighed.get(0).parameters());
    assertThat(weighed.get(1).fileBytes()).isLessThan(weighed.get(0).fileBytes());
    assertThat(weighed)
        .allSatisfy(
            model -> {
              assertThat(model.map50()).isBetween(0.0, 1.0);
              assertThat(model.torch().p50()).isPositive();
              assertThat(model.plan()).isPresent();
            });
  }

  @Test
  void run_withoutTuning_prunesOnly() throws IOException {
    Slimming.Result result =
        new Slimming(new Slimming.Options(training("only").build(), 0, false, half()))
            .run(run -> TrainingListener.NONE)
            .orElseThrow();
    assertThat(result.tuned()).isEmpty();
    assertThat(folder.resolve("only").toFile().list()).containsExactly("pruned.safetensors");
  }

  @Test
  void run_shareOutOfReach_writesNothing() {
    PruneOptions pruning = PruneOptions.flops(0.99, 64);
    Slimming slimming =
        new Slimming(new Slimming.Options(training("far").build(), 0, true, pruning));
    assertThatThrownBy(() -> slimming.run(run -> TrainingListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of the operations can be left out with at least 8 channels");
    assertThat(folder.resolve("far")).doesNotExist();
  }

  @Test
  void run_cancelled_isEmpty() throws IOException {
    Slimming slimming =
        new Slimming(new Slimming.Options(training("cut").build(), 0, true, half()));
    slimming.cancel();
    assertThat(slimming.run(run -> TrainingListener.NONE)).isEmpty();
  }

  @Test
  void options_thatContradict_areRefused() throws IOException {
    assertThatThrownBy(() -> new Slimming.Options(tiny.options("bad").build(), 0, true, half()))
        .hasMessage(
            "slimming starts from weights that carry a description, and from no other model");
    assertThatThrownBy(() -> new Slimming.Options(training("bad").build(), 3, true, half()))
        .hasMessage("epochs with sparsity and a sparsity above 0 go together, got 3 and 0.0");
    assertThatThrownBy(
            () -> new Slimming.Options(training("bad").sparsity(1).build(), 0, true, half()))
        .hasMessage("epochs with sparsity and a sparsity above 0 go together, got 0 and 1.0");
    assertThatThrownBy(() -> new Slimming.Options(training("bad").build(), -1, true, half()))
        .hasMessage("epochs with sparsity must be at least 0, got -1");
  }
}
