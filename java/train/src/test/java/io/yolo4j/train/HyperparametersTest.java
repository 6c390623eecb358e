package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HyperparametersTest {
  @TempDir private Path folder;

  @Test
  void defaults_areTheReferencesInNameOrderAndValueThenOursOff() {
    JsonNode expected = Shared.json("training.json").get("hyp");
    List<String> names = new ArrayList<>();
    expected.fieldNames().forEachRemaining(names::add);
    assertThat(names).hasSize(28);
    names.forEach(
        name ->
            assertThat(Hyperparameters.defaults().get(name))
                .as(name)
                .isEqualTo(expected.get(name).asDouble()));
    List<String> ours = List.of("mosaic9", "cutout", "blur", "grey", "clahe");
    names.addAll(ours);
    assertThat(
            Hyperparameters.defaults()
                .toYaml()
                .lines()
                .map(line -> line.substring(0, line.indexOf(':'))))
        .containsExactlyElementsOf(names);
    assertThat(ours).allMatch(name -> Hyperparameters.defaults().get(name) == 0);
  }

  @Test
  void accessors_readTheirOwnValue() {
    // Each gets a value of its own, so that two swapped columns would show.
    Hyperparameters set = Hyperparameters.of(HyperparametersTest::ownValue);
    for (Hyperparameter one : Hyperparameter.values()) {
      assertThat(one.of(set)).as(one.key()).isEqualTo(ownValue(one));
    }
    assertThat(set.lr0()).isEqualTo(ownValue(Hyperparameter.LR0));
    assertThat(set.anchorT()).isEqualTo(ownValue(Hyperparameter.ANCHOR_T));
    assertThat(set.copyPaste()).isEqualTo(ownValue(Hyperparameter.COPY_PASTE));
  }

  private static double ownValue(Hyperparameter one) {
    double share = (1 + Arrays.asList(Hyperparameter.values()).indexOf(one)) / 100.0;
    return one.least() + (one.greatest() - one.least()) * share;
  }

  @Test
  void write_thenRead_isTheSame() throws IOException {
    Hyperparameters tuned =
        Hyperparameters.defaults()
            .with("lr0", 0.003218)
            .with("weight_decay", 3.6e-7)
            .with("warmup_epochs", 12.5);
    Path file = folder.resolve("hyp.yaml");
    tuned.write(file);
    assertThat(Hyperparameters.read(file)).isEqualTo(tuned);
    assertThat(Files.readString(file))
        .startsWith("lr0: 0.003218  # initial learning rate\nlrf: 0.1  # ")
        .contains("\nweight_decay: 0.00000036  # weight decay at a batch of 64\n")
        .contains("\nwarmup_epochs: 12.5  # ");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void read_fileAsUsersHaveIt_leavesOutWhatIsNoHyperparameter() throws IOException {
    Path file =
        yaml(
            "# YOLOv5 hyp\nlr0: 0.0032\nlrf: 0.12  # final\nmixup: .243\nanchors: 3.63\nflipud: 0\nhsv_h: 138e-4\n");
    List<String> notes = new ArrayList<>();
    Hyperparameters read = Hyperparameters.read(file, notes::add);
    assertThat(read)
        .isEqualTo(
            Hyperparameters.defaults()
                .with("lr0", 0.0032)
                .with("lrf", 0.12)
                .with("mixup", 0.243)
                .with("hsv_h", 0.0138));
    assertThat(notes)
        .containsExactly(
            file + ": key 'anchors' is left out: the number of anchors is the model's");
    assertThat(Hyperparameters.read(file)).isEqualTo(read);
  }

  @Test
  void read_unknownKey_namesTheNearest() throws IOException {
    Path file = yaml("lr0: 0.01\nwarmup_bias: 0.1\n");
    assertThatThrownBy(() -> Hyperparameters.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            file
                + ": unknown key 'warmup_bias'; the nearest are warmup_bias_lr, warmup_epochs, warmup_momentum");
  }

  @Test
  void read_badValues_nameFileAndKey() throws IOException {
    assertThatThrownBy(() -> Hyperparameters.read(yaml("momentum: 1.5")))
        .hasMessage(
            folder.resolve("hyp.yaml")
                + ": hyper-parameter momentum must be from 0.0 to 0.9999, got 1.5");
    assertThatThrownBy(() -> Hyperparameters.read(yaml("mosaic: yes")))
        .hasMessage(folder.resolve("hyp.yaml") + ": key 'mosaic' must be a number, got yes");
    assertThatThrownBy(() -> Hyperparameters.read(yaml("lr0:")))
        .hasMessage(folder.resolve("hyp.yaml") + ": key 'lr0' must be a number, got null");
    assertThatThrownBy(() -> Hyperparameters.read(yaml("lr0: .nan")))
        .hasMessageEndingWith("hyper-parameter lr0 must be from 0.0 to 10.0, got NaN");
  }

  @Test
  void read_noHyperparameterFile_saysSo() throws IOException {
    assertThatThrownBy(() -> Hyperparameters.read(yaml("")))
        .hasMessage(
            folder.resolve("hyp.yaml") + ": must hold names and numbers, for example lr0: 0.01");
    assertThatThrownBy(() -> Hyperparameters.read(yaml("lr0: [0.1\nlrf: 1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(folder.resolve("hyp.yaml") + ": not valid YAML: line 2, column ");
    assertThatThrownBy(() -> Hyperparameters.read(yaml("lr0: 0.1\nlr0: 0.2")))
        .hasMessageContaining("not valid YAML: ")
        .hasMessageContaining("duplicate key lr0");
    assertThatThrownBy(() -> Hyperparameters.read(yaml("lr0: " + "[".repeat(100_000))))
        .hasMessageContaining("not valid YAML: ");
    assertThatThrownBy(() -> Hyperparameters.read(folder))
        .hasMessage(folder + ": must be a YAML file, is a folder");
    assertThatThrownBy(() -> Hyperparameters.read(folder.resolve("none.yaml")))
        .isInstanceOf(NoSuchFileException.class);
    Path latin = folder.resolve("latin.yaml");
    Files.write(latin, "# für\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Hyperparameters.read(latin))
        .hasMessage(latin + ": hyper-parameters must be UTF-8 text");
  }

  @Test
  void with_unknownNameOrBadValue_isRefused() {
    assertThatThrownBy(() -> Hyperparameters.defaults().with("lr", 0.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown hyper-parameter 'lr'; the nearest are lr0, lrf, cls");
    assertThatThrownBy(() -> Hyperparameters.defaults().get("copypaste"))
        .hasMessageStartingWith("unknown hyper-parameter 'copypaste'; the nearest are copy_paste,");
    assertThatThrownBy(() -> Hyperparameters.defaults().with("hsv_s", -0.5))
        .hasMessage("hyper-parameter hsv_s must be from 0.0 to 1.0, got -0.5");
  }

  private Path yaml(String text) throws IOException {
    return Files.writeString(folder.resolve("hyp.yaml"), text);
  }
}
