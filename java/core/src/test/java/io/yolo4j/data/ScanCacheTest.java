package io.yolo4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.Pictures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanCacheTest {
  private static final long SECOND = 1_000_000_000;

  @TempDir Path folder = Path.of("");
  private Path cacheFolder = Path.of("");
  private Path config = Path.of("");

  @BeforeEach
  void setUp() throws IOException {
    cacheFolder = folder.resolve("cache/deep");
    config = Files.writeString(folder.resolve("data.yaml"), "val: images\nnames: [cat, dog]\n");
    Files.createDirectories(folder.resolve("images"));
    Files.createDirectories(folder.resolve("labels"));
    picture("a", "0 0.5 0.5 0.2 0.2\n1 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2\n7 0.5 0.5 0.2 0.2\n");
    picture("b", "1 0.4 0.4 0.2 0.2\n");
    picture("c", "");
    Files.delete(folder.resolve("labels/c.txt"));
  }

  private void picture(String name, String labels) throws IOException {
    ImageWriter.write(Pictures.plain(20, 30, 0x808080), folder.resolve("images/" + name + ".png"));
    Files.writeString(folder.resolve("labels/" + name + ".txt"), labels);
  }

  /** Scans as if the files were older: those of this moment are not trusted. */
  private Dataset scan(ScanOptions options) throws IOException {
    return scan(options, System.currentTimeMillis() * 1_000_000 + 10 * SECOND);
  }

  private Dataset scan(ScanOptions options, long start) throws IOException {
    return new Scan(
            DatasetConfig.read(config), Split.VAL, options, ScanCache.in(cacheFolder), start)
        .run();
  }

  private Dataset scan() throws IOException {
    return scan(ScanOptions.defaults());
  }

  private Path cacheFile() throws IOException {
    try (Stream<Path> files = Files.list(cacheFolder)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  @Test
  void scan_again_findsTheSame() throws IOException {
    Dataset uncached = Dataset.scan(DatasetConfig.read(config), Split.VAL, ScanOptions.defaults());
    assertSame(scan(), uncached);
    FileTime written = Files.getLastModifiedTime(cacheFile());
    Dataset again = scan();
    assertSame(again, uncached);
    assertThat(Files.getLastModifiedTime(cacheFile())).isEqualTo(written);
    assertThat(again.issues()).hasSize(2);
  }

  /** Polygons have no equality. */
  private static void assertSame(Dataset actual, Dataset expected) {
    assertThat(actual.toString().replaceAll("Polygon@\\w+", "Polygon"))
        .isEqualTo(expected.toString().replaceAll("Polygon@\\w+", "Polygon"));
    Polygon outline = actual.samples().get(0).labels().get(1).polygon();
    assertThat(outline).isNotNull();
    if (outline != null) {
      assertThat(outline.size()).isEqualTo(4);
      assertThat(outline.x(1)).isEqualTo(0.2);
    }
  }

  @Test
  void scan_secondTime_readsNoFile() throws IOException {
    Dataset first = scan();
    assertThat(first.labels()).isEqualTo(3);
    // What the cache says is believed: say something else in it.
    Path file = cacheFile();
    String key = key();
    Map<String, ScannedImage> all =
        new HashMap<>(ScanCacheFormat.decode(Files.readAllBytes(file), key));
    String b = folder.resolve("images/b.png").toString();
    all.computeIfPresent(
        b,
        (path, image) ->
            new ScannedImage(
                new Sample(Path.of(b), first.samples().get(1).size(), List.of()),
                List.of(),
                image.image(),
                image.labels()));
    Files.write(file, ScanCacheFormat.encode(all, key));
    assertThat(scan().labels()).isEqualTo(2);
  }

  private String key() {
    return String.join("\n", config.toString(), "val", "2", ScanOptions.defaults().toString());
  }

  @Test
  void scan_changedLabels_areNoticedWithTheOldTimeAndSize() throws IOException {
    scan();
    Path labels = folder.resolve("labels/b.txt");
    FileTime time = Files.getLastModifiedTime(labels);
    Optional<FileState> before = FileState.of(labels);
    do {
      // The next tick of the file system's clock may be milliseconds away.
      Files.writeString(labels, "0 0.4 0.4 0.2 0.2\n");
      Files.setLastModifiedTime(labels, time);
    } while (FileState.of(labels).equals(before));
    assertThat(scan().labelCounts()).containsExactly(2, 1);
  }

  @Test
  void scan_youngFiles_areReadAgain() throws IOException {
    // Two changes within a tick of the file system's clock look like one.
    assertThat(scan(ScanOptions.defaults(), System.currentTimeMillis() * 1_000_000).samples())
        .hasSize(2);
    assertThat(cacheFolder).doesNotExist();
    scan();
    assertThat(cacheFile()).isNotEmptyFile();
  }

  @Test
  void scan_changedFiles_areNoticed() throws IOException {
    scan();
    Files.delete(folder.resolve("labels/b.txt"));
    assertThat(scan().samples()).hasSize(1);
    Files.writeString(folder.resolve("labels/c.txt"), "");
    assertThat(scan().samples()).hasSize(2);
    ImageWriter.write(Pictures.plain(40, 30, 0), folder.resolve("images/a.png"));
    assertThat(scan().samples().get(0).size().width()).isEqualTo(40);
    Files.delete(folder.resolve("images/a.png"));
    assertThat(scan().samples()).hasSize(1);
  }

  @Test
  void scan_otherOptionsOrClasses_haveTheirOwnFile() throws IOException {
    assertThat(scan().samples()).hasSize(2);
    ScanOptions background =
        ScanOptions.defaults().withMissingLabels(ScanOptions.MissingLabels.BACKGROUND);
    assertThat(scan(background).samples()).hasSize(3);
    Files.writeString(config, "val: images\nnc: 8\n");
    assertThat(scan().labels()).isEqualTo(4);
  }

  @Test
  void scan_damagedCache_isMadeAnew() throws IOException {
    Dataset expected = scan();
    byte[] good = Files.readAllBytes(cacheFile());
    for (int length : new int[] {0, 3, 20, good.length - 1}) {
      Files.write(cacheFile(), Arrays.copyOf(good, length));
      assertSame(scan(), expected);
      assertThat(cacheFile()).hasBinaryContent(good(cacheFile(), good));
    }
    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 1;
    Files.write(cacheFile(), flipped);
    assertSame(scan(), expected);
  }

  /* The order of pictures in the file is free: the same length is enough. */
  private static byte[] good(Path file, byte[] expected) throws IOException {
    byte[] content = Files.readAllBytes(file);
    assertThat(content).hasSameSizeAs(expected);
    return content;
  }

  @Test
  void decode_foreignBytes_saysWhatIsWrong() throws IOException {
    byte[] good = ScanCacheFormat.encode(Map.of(), "key");
    assertThat(ScanCacheFormat.decode(good, "key")).isEmpty();
    assertProblem(good, "other", "it belongs to another data set");
    assertProblem(changed(good, 0, 0), "key", "it is no cache of scans");
    assertProblem(changed(good, 4, 99), "key", "its version is 99, not 1");
    assertProblem(changed(good, 8, 1 << 30), "key", "it is damaged: its checksum is wrong");
    assertProblem(new byte[0], "key", "it is damaged: java.nio.BufferUnderflowException");
  }

  private static byte[] changed(byte[] bytes, int at, int value) {
    return ByteBuffer.wrap(bytes.clone()).putInt(at, value).array();
  }

  private static void assertProblem(byte[] bytes, String key, String message) {
    assertThatThrownBy(() -> ScanCacheFormat.decode(bytes, key))
        .isInstanceOf(IOException.class)
        .hasMessage(message);
  }

  @Test
  void scan_cacheThatCannotBeWritten_isNoError() throws IOException {
    Files.writeString(folder.resolve("cache"), "a file is in the way");
    assertThat(scan().samples()).hasSize(2);
    assertThat(folder.resolve("cache")).content().isEqualTo("a file is in the way");
  }

  @Test
  void fileState_tellsChanges_onlyWhenOldAndKeptByTheSystem() throws IOException {
    FileState old = new FileState(1, 10 * SECOND, 20 * SECOND, 5);
    assertThat(old.tellsChanges(23 * SECOND)).isTrue();
    assertThat(old.tellsChanges(21 * SECOND)).isFalse();
    assertThat(new FileState(1, 30 * SECOND, 20 * SECOND, 5).tellsChanges(31 * SECOND)).isFalse();
    assertThat(new FileState(1, 10, FileState.UNKNOWN, 0).tellsChanges(99 * SECOND)).isFalse();
    assertThat(FileState.of(folder.resolve("none"))).isEmpty();

    Assumptions.assumeTrue(
        folder.getFileSystem().supportedFileAttributeViews().contains("unix"),
        "skipped: the system keeps no time of changes");
    Path file = Files.writeString(folder.resolve("x"), "1");
    Optional<FileState> before = FileState.of(file);
    assertThat(before.orElseThrow().size()).isEqualTo(1);
    Path other = Files.writeString(folder.resolve("y"), "1");
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(FileState.of(file)).isNotEqualTo(before);
  }
}
