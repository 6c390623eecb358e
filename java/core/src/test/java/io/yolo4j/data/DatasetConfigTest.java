package io.yolo4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetConfigTest {
  @TempDir Path folder = Path.of("");

  @Test
  void read_folders_areRelativeToTheFile() throws IOException {
    touch("set/images/val/b.jpg", "set/images/val/deep/a.PNG", "set/images/val/notes.txt");
    DatasetConfig config = config("path: set\nval: images/val\nnc: 2\nnames: [cat, dog]\n");
    assertThat(config.root()).isEqualTo(folder.resolve("set"));
    assertThat(config.names()).containsExactly("cat", "dog");
    assertThat(config.images(Split.VAL))
        .containsExactly(
            folder.resolve("set/images/val/b.jpg"), folder.resolve("set/images/val/deep/a.PNG"));
  }

  @Test
  void read_noPath_startsFromTheFilesFolder() throws IOException {
    touch("images/a.jpg");
    DatasetConfig config = config("train: images\nnames: {0: cat, 1: 7}\n");
    assertThat(config.images(Split.TRAIN)).containsExactly(folder.resolve("images/a.jpg"));
    assertThat(config.names()).containsExactly("cat", "7");
    assertThat(config.classes()).isEqualTo(2);
  }

  @Test
  void images_listFile_resolvesDotSlashAgainstTheList() throws IOException {
    touch("lists/a.jpg", "b.jpg");
    Files.writeString(
        folder.resolve("lists/val.txt"),
        "./a.jpg\n\nb.jpg\n./a.jpg\n" + folder.resolve("c.jpg") + "\n");
    DatasetConfig config = config("val: [lists/val.txt, b.jpg]\nnc: 1\n");
    assertThat(config.images(Split.VAL))
        .containsExactly(
            folder.resolve("b.jpg"), folder.resolve("c.jpg"), folder.resolve("lists/a.jpg"));
    assertThat(config.names()).containsExactly("class0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "names: [a] | needs at least one of the keys 'train', 'val' and 'test'",
        "[1] | must hold keys and values",
        "'val: x\nnc: 2\nnames: [a]' | key 'nc' is 2, but key 'names' has 1 entries",
        "'val: x\nnc: none\nnames: [a]' | key 'nc' must be a number of at least 1, got none",
        "'val: x' | key 'names' is missing; it must be a list or a map from index to name",
        "'val: x\nnames: 5' | key 'names' must be a list or a map from index to name, got 5",
        "'val: x\nnames: []' | key 'names' must have at least one entry",
        "'val: x\nnames: {0: a, 2: b}' | key 'names' must have the indices 0 to 1, got [0, 2]",
        "'val: 5\nnames: [a]' | key 'val' must be a path, got 5",
      })
  void read_badKeys_nameFileAndKey(String yaml, String message) {
    assertThatThrownBy(() -> config(yaml.replace("\\n", "\n")))
        .isInstanceOf(DatasetException.class)
        .hasMessage(folder.resolve("data.yaml") + ": " + message);
  }

  @Test
  void read_noYaml_namesTheFile() {
    assertThatThrownBy(() -> config("val: [a"))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(folder.resolve("data.yaml") + ": no valid YAML: ");
    Path missing = folder.resolve("missing.yaml");
    assertThatThrownBy(() -> DatasetConfig.read(missing))
        .hasMessageStartingWith(missing + ": there is no such file");
  }

  @Test
  void images_missingPart_namesTheKey() throws IOException {
    DatasetConfig config = config("val: nowhere\nnames: [a]\n");
    assertThatThrownBy(() -> config.images(Split.TEST))
        .isInstanceOf(DatasetException.class)
        .hasMessage(folder.resolve("data.yaml") + ": key 'test' is missing; the file has [val]");
    assertThatThrownBy(() -> config.images(Split.VAL))
        .hasMessage(
            folder.resolve("data.yaml")
                + ": key 'val': "
                + folder.resolve("nowhere")
                + " does not exist");
    Files.createDirectories(folder.resolve("nowhere"));
    assertThatThrownBy(() -> config.images(Split.VAL))
        .hasMessageContaining(
            "key 'val': " + folder.resolve("nowhere") + " holds no pictures (bmp, ");
  }

  private DatasetConfig config(String yaml) throws IOException {
    return DatasetConfig.read(Files.writeString(folder.resolve("data.yaml"), yaml));
  }

  private void touch(String... names) throws IOException {
    for (String name : List.of(names)) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
  }
}
