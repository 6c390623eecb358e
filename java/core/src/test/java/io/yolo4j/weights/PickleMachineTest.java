package io.yolo4j.weights;

import static io.yolo4j.weights.PickleFiles.join;
import static io.yolo4j.weights.PickleFiles.opcodes;
import static io.yolo4j.weights.PickleFiles.repeat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.yolo4j.weights.CheckpointException.Reason;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pickle machine on hand-written opcodes; files are built in memory. */
class PickleMachineTest {
  private static final String TENSOR =
      "ctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\n"
          + "X\1\0\0\0000X\3\0\0\0cpuK\6tQ";
  private static final String HOOKS = "\u0089ccollections\nOrderedDict\n)RtR.";

  @TempDir Path folder = Path.of("");

  private Object load(byte[] pickle) throws IOException {
    try (Checkpoint file = Checkpoint.open(PickleFiles.zip(folder, pickle, Map.of()))) {
      return file.root().orElse("None");
    }
  }

  private CheckpointException refused(byte[] pickle) throws IOException {
    Path file = PickleFiles.zip(folder, pickle, Map.of("data/0", new byte[24]));
    return assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> catchThrowableOfType(CheckpointException.class, () -> Checkpoint.open(file).close()));
  }

  @Test
  void load_textProtocol_hasTheSameValues() throws IOException {
    assertThat(
            load(
                opcodes(
                    "(lp0\nI1\naI01\naI00\naL12345678901234567890L\naF1.5\naS'x'\naV\u00e9\\u00fc\n"
                        + "aNa(dp1\nS'k'\nI2\nsag1\na(I7\nI8\nta.")))
        .isEqualTo(
            Arrays.asList(
                1L,
                true,
                false,
                new BigInteger("12345678901234567890"),
                1.5,
                "x",
                "éü",
                null,
                Map.of("k", 2L),
                Map.of("k", 2L),
                List.of(7L, 8L)));
  }

  @Test
  void load_protocol5_framesSetsAndMemo() throws IOException {
    String text =
        "\u0080\5\u0095\1\0\0\0\0\0\0\0]\u0094(\u008c\1a\u0094h\1\u008f(K\1K\1\u0090(K\3\u0091"
            + "\u008d\1\0\0\0\0\0\0\0b\u008e\1\0\0\0\0\0\0\0ce.";
    Object value = load(opcodes(text));
    List<?> list = (List<?>) value;
    assertThat(list.subList(0, 5)).isEqualTo(List.of("a", "a", Set.of(1L), Set.of(3L), "b"));
    assertThat((byte[]) list.get(5)).containsExactly('c');
  }

  @Test
  void load_numbers_keepTheirSign() throws IOException {
    Object value =
        load(
            opcodes(
                "](J\u00ff\u00ff\u00ff\u00ff\u008a\0\u008a\1\u0080M\1\1G\u00bf\u00f0\0\0\0\0\0\0e."));
    assertThat(value).isEqualTo(List.of(-1L, 0L, -128L, 257L, -1.0));
  }

  @Test
  void load_unknownClass_isInert() throws IOException {
    Object value = load(opcodes("cos\nsystem\n)\u0081}(X\1\0\0\0aK\1ubX\1\0\0\0kK\2s(K\5e."));
    PickleObject object = (PickleObject) value;
    assertThat(object.className()).isEqualTo("os.system");
    assertThat(object.attribute("a")).contains(1L);
    assertThat(object.items()).isEqualTo(Map.of("k", 2L));
    assertThat(object.elements()).isEqualTo(List.of(5L));
    assertThat(object).hasToString("os.system(..)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cos\nsystem\n(X\2\0\0\0lstR.",
        "cbuiltins\ngetattr\n)R.",
        "\u008c\2os\u008c\6system\u0093(X\2\0\0\0lstR.",
        "(S'ls'\nios\nsystem\n.",
        "(cos\nsystem\nS'ls'\no.",
        "cbuiltins\neval\n)R0N."
      })
  void load_call_isRefusedByName(String text) throws IOException {
    CheckpointException thrown = refused(opcodes(text));
    assertThat(thrown.reason()).isEqualTo(Reason.FORBIDDEN_GLOBAL);
    assertThat(thrown)
        .hasMessageContaining("a pickle may only construct tensors and containers, it names '")
        .hasMessageContaining("nothing was executed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        "0.",
        "t.",
        "(.",
        "s.",
        "K\1K\2s.",
        "h\5.",
        "]K\1K\2u.",
        "}(K\1u.",
        "}]K\1s.",
        "}(K\1K\2a.",
        "\u0080\6N.",
        "\u0097.",
        "\u0082\1.",
        "P0\n.",
        "\u008b\0\0\0\u007f.",
        "Ix\n.",
        "Fx\n.",
        "S'x\n.",
        "K\1)R.",
        "X\1\0\0\0\u00ff.",
        "K\1Nb.",
        "]}s.",
        "N(K\1e.",
        ")K\1a.",
        "cnumpy\ndtype\n)R.",
        "ccollections\nOrderedDict\n(K\1tR.",
        "(K\1tQ.",
        "g-1\n.",
        "B\u00ff\0\0\0x."
      })
  void load_malformed_isBadPickle(String text) throws IOException {
    assertThat(refused(opcodes(text)).reason()).isEqualTo(Reason.BAD_PICKLE);
  }

  @Test
  void load_circles_areBuiltAndCanBeDescribed() throws IOException {
    assertThat((List<?>) load(opcodes("]q\0h\0a."))).hasSize(1);
    // As a key, as a state dictionary, as a module: each has to end.
    assertThat(refused(opcodes("]q\0h\0a}h\0h\0s.")).reason()).isEqualTo(Reason.BAD_PICKLE);
    String module = "cm\nM\n)\u0081q\0}X\10\0\0\0_modules}X\1\0\0\0ah\0ssb.";
    assertThat(refused(opcodes(module)))
        .hasMessageContaining("a model must have at most 1000000 parts, 100000 tensors, 64 levels");
  }

  @Test
  void load_costlyPickles_areRefusedInTime() throws IOException {
    byte[] longText = join(opcodes("X\0\0\20\0"), repeat("x", 1 << 20));
    byte[][] pickles = {
      repeat("]", 5_000_000), // stack
      repeat("(", 20_000_000), // marks
      join(longText, opcodes("q\0"), repeat("c_codecs\nencode\nh\0\u0085R0", 2000), opcodes(".")),
      join(opcodes("]"), repeat("](NNNNNNNNe0", 4_000_000), opcodes("N.")),
      join(opcodes("N"), repeat("\u0085", 20_000_000), opcodes(".")), // nesting
      join(opcodes("}("), keys(300_000), opcodes("u.")),
      join(opcodes("}"), longText, opcodes("Ns."))
    };
    for (byte[] pickle : pickles) {
      CheckpointException thrown = refused(pickle);
      assertThat(thrown.reason()).isEqualTo(Reason.BAD_PICKLE);
      assertThat(thrown).hasMessageMatching("(?s).*(the pickle|a key) must .*");
    }
  }

  private static byte[] keys(int count) {
    byte[] keys = new byte[6 * count];
    for (int i = 0; i < count; i++) {
      keys[6 * i] = 'J';
      keys[6 * i + 1] = (byte) i;
      keys[6 * i + 2] = (byte) (i >> 8);
      keys[6 * i + 3] = (byte) (i >> 16);
      keys[6 * i + 5] = 'N';
    }
    return keys;
  }

  @Test
  void load_deepNesting_isReadWithoutRecursion() throws IOException {
    Object value = load(join(opcodes("N"), repeat("\u0085", 100_000), opcodes(".")));
    int depth = 0;
    while (value instanceof List<?> list) {
      value = list.get(0) == null ? "end" : list.get(0);
      depth++;
    }
    assertThat(depth).isEqualTo(100_000);
  }

  @Test
  void load_description_manyTimesShared_isLeftOut() throws IOException {
    // 40 levels of [x, x]: 2^40 values if copied.
    String yaml = "]K\1a" + "q\0000](h\0h\0e".repeat(40);
    String module = "cm\nM\n)\u0081}(X\10\0\0\0_modules}X\4\0\0\0yaml}X\1\0\0\0a" + yaml + "sub.";
    try (Checkpoint file = Checkpoint.open(PickleFiles.zip(folder, opcodes(module), Map.of()))) {
      assertThat(file.info().description()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          K\\0(K\\2K\\3t(K\\3K\\1t | OK
          K\\0(K\\2K\\3t(K\\3t | BAD_TENSOR_GEOMETRY
          K\\0(K\\2K\\4t(K\\4K\\1t | STORAGE_TOO_SHORT
          K\\6)) | STORAGE_TOO_SHORT
          K\\6(K\\0t(K\\1t | OK
          K\\7(K\\0t(K\\1t | STORAGE_TOO_SHORT
          J\\xff\\xff\\xff\\xff)) | BAD_TENSOR_GEOMETRY
          K\\0(J\\0\\0\\0\\x40t(K\\0t | BAD_TENSOR_GEOMETRY
          K\\0(K\\2t(J\\xff\\xff\\xff\\x7ft | STORAGE_TOO_SHORT
          K\\0(\\x8a\\x08\\0\\0\\0\\0\\0\\0\\0\\x40K\\x02t(\\x8a\\x08\\0\\0\\0\\0\\0\\0\\0\\x40K\\x02t | BAD_TENSOR_GEOMETRY
          K\\0(K\\2K\\2t(\\x8a\\x08\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x7f\\x8a\\x08\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x7ft | STORAGE_TOO_SHORT
          K\\0(Nt(Nt | BAD_TENSOR_GEOMETRY
          """)
  void load_tensorGeometry_isChecked(String geometry, String expected) throws IOException {
    byte[] pickle = opcodes(TENSOR + unescape(geometry) + HOOKS);
    Path file = PickleFiles.zip(folder, pickle, Map.of("data/0", new byte[24]));
    String outcome = "OK";
    try (Checkpoint opened = Checkpoint.open(file)) {
      PickledTensor tensor = (PickledTensor) opened.root().orElseThrow();
      assertThat(tensor.toHostTensor().elements()).isEqualTo(tensor.shape().elements());
    } catch (CheckpointException e) {
      outcome = e.reason().name();
    }
    assertThat(outcome).isEqualTo(expected);
  }

  private static String unescape(String text) {
    return Pattern.compile("\\\\x(..)|\\\\(.)")
        .matcher(text)
        .replaceAll(
            match ->
                String.valueOf(
                    (char)
                        Integer.parseInt(
                            match.group(1) != null ? match.group(1) : match.group(2), 16)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "0/../1", "00000000000000000000000", "", "-1", "0\0"})
  void load_strangeStorageKey_isRefused(String key) throws IOException {
    String name = (char) key.length() + "\0\0\0" + key;
    String text = "(X\7\0\0\0storagectorch\nFloatStorage\nX" + name + "X\3\0\0\0cpuK\6tQ.";
    assertThat(refused(opcodes(text)))
        .hasMessageContaining("a storage key must consist of digits, got '");
  }

  @Test
  void load_otherStorageTypes_areNamed() throws IOException {
    String text = "(X\7\0\0\0storagectorch\nComplexFloatStorage\nX\1\0\0\0000X\3\0\0\0cpuK\6tQ.";
    CheckpointException thrown = refused(opcodes(text));
    assertThat(thrown.reason()).isEqualTo(Reason.UNSUPPORTED);
    assertThat(thrown).hasMessageContaining("complex, quantized or untyped 'torch.ComplexFloat");
  }

  @Test
  void open_bigEndianArchive_isRefused() throws IOException {
    byte[] big = "big".getBytes(StandardCharsets.US_ASCII);
    Path file = PickleFiles.zip(folder, opcodes("N."), Map.of("byteorder", big));
    assertThat(catchThrowableOfType(CheckpointException.class, () -> Checkpoint.open(file)))
        .hasMessage(file + ": the byte order of the tensors must be little-endian");
  }

  @Test
  void open_deflatedArchive_isReadAndBombsAreNot() throws IOException {
    Path file = folder.resolve("deflated.pt");
    for (int size : new int[] {10, 80 << 20}) {
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
        zip.putNextEntry(new ZipEntry("archive/data.pkl"));
        zip.write(repeat("N0", size / 2));
        zip.write(opcodes("K\7."));
      }
      if (size == 10) {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
          assertThat(checkpoint.root()).contains(7L);
        }
      } else {
        assertThatThrownBy(() -> Checkpoint.open(file))
            .isInstanceOf(CheckpointException.class)
            .hasMessageContaining("data.pkl must have at most 67108864 bytes, got 83886083");
      }
    }
  }

  @Test
  void state_dataParallelAndNonPersistentBuffers_followPyTorch() throws IOException {
    String tensor = TENSOR + "K\0(K\6t(K\1t" + HOOKS.substring(0, HOOKS.length() - 1) + "q\1";
    String parameters = "X\13\0\0\0_parameters}X\1\0\0\0w" + tensor + "s";
    String buffers = "X\10\0\0\0_buffers}(X\1\0\0\0bh\1X\1\0\0\0ch\1u";
    String skipped = "X\33\0\0\0_non_persistent_buffers_setc__builtin__\nset\n](X\1\0\0\0ce\u0085R";
    String inner = "cm\nM\n)\u0081}(" + parameters + buffers + skipped + "X\10\0\0\0_modules}ub";
    String outer = "cm\nDataParallel\n)\u0081}X\10\0\0\0_modules}X\6\0\0\0module" + inner + "ssb.";
    Path file = PickleFiles.zip(folder, opcodes(outer), Map.of("data/0", new byte[24]));
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.state().names()).containsExactly("module.w", "module.b");
    }
  }

  @Test
  void state_sharedPartsOfModules_areCountedEachTime() throws IOException {
    // 20 levels of modules with the same two children: 2^20 modules.
    String leaf = "cm\nM\n)\u0081}X\10\0\0\0_modules}sbq\0000";
    String level = "cm\nM\n)\u0081}X\10\0\0\0_modules}(X\1\0\0\0ah\0X\1\0\0\0bh\0usbq\0000";
    assertThat(refused(opcodes(leaf + level.repeat(20) + "h\0.")))
        .hasMessageContaining("a model must have at most 1000000 parts");
  }

  @Test
  void state_nestedDictionaries_areChosenInOrder() throws IOException {
    String tensor = TENSOR + "K\0(K\6t(K\1t" + HOOKS.substring(0, HOOKS.length() - 1);
    String named = "}X\1\0\0\0%s" + tensor + "s";
    String ema = "X\3\0\0\0ema" + named.formatted("e");
    String model = "X\5\0\0\0model" + named.formatted("m");
    String plain = "X\12\0\0\0state_dict" + named.formatted("s");
    Map<String, String> cases =
        Map.of(
            "}(" + plain + model + ema + "u.", "e",
            "}(X\3\0\0\0emaN" + plain + model + "u.", "m",
            "}(X\3\0\0\0ema}" + plain + "u.", "s",
            "}(X\1\0\0\0xNX\1\0\0\0p" + tensor + "u.", "p");
    for (Map.Entry<String, String> entry : cases.entrySet()) {
      byte[] pickle = opcodes(entry.getKey());
      Path file = PickleFiles.zip(folder, pickle, Map.of("data/0", new byte[24]));
      try (Checkpoint checkpoint = Checkpoint.open(file)) {
        assertThat(checkpoint.state().names()).containsExactly(entry.getValue());
      }
    }
  }

  private CheckpointException legacyRefused(String object, String keys, byte[] storages)
      throws IOException {
    Path file = PickleFiles.legacy(folder, opcodes(object), opcodes(keys), storages);
    return catchThrowableOfType(CheckpointException.class, () -> Checkpoint.open(file).close());
  }

  @Test
  void open_legacyFile_isReadAndChecked() throws IOException {
    String object = TENSOR + "K\1(K\2K\2t(K\1K\3t" + HOOKS; // a transposed view, one off
    String keys = "](X\1\0\0\0000e.";
    byte[] storage = PickleFiles.storage(0, 1, 2, 3, 4, 5);
    Path file = PickleFiles.legacy(folder, opcodes(object), opcodes(keys), storage);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.format()).isEqualTo(Checkpoint.Format.PT_LEGACY);
      PickledTensor tensor = (PickledTensor) checkpoint.root().orElseThrow();
      assertThat(tensor.isContiguous()).isFalse();
      assertThat(tensor.toHostTensor().toFloats()).containsExactly(1, 4, 2, 5);
      assertThatThrownBy(checkpoint::state).hasMessageContaining("it has 'F32[2,2]'");
    }
    byte[] cut = Arrays.copyOf(storage, storage.length - 1);
    assertThat(legacyRefused(object, keys, cut).reason()).isEqualTo(Reason.TRUNCATED);
    assertThat(legacyRefused(object, keys, PickleFiles.storage(0, 1)))
        .hasMessageContaining("storage 0 must have 6 elements, the file says 2");
    assertThat(legacyRefused(object, "].", storage).reason()).isEqualTo(Reason.MISSING_RECORD);
    assertThat(legacyRefused(object, "](X\1\0\0\0001e.", storage).reason())
        .isEqualTo(Reason.BAD_PICKLE);
    assertThat(legacyRefused("N.", "N.", storage).reason()).isEqualTo(Reason.BAD_PICKLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X\5\0\0\0names](X\1\0\0\0aX\1\0\0\0be",
        "X\5\0\0\0names}(K\1X\1\0\0\0bK\0X\1\0\0\0au",
      })
  void info_namesAndOptions_areFound(String names) throws IOException {
    String options = "X\3\0\0\0optcargparse\nNamespace\n)\u0081}X\5\0\0\0imgsz](M\0\2M\u0080\2esb";
    String text =
        "}(" + names + options + "X\5\0\0\0epochK\11X\3\0\0\0hyp}X\3\0\0\0lr0G?\0\0\0\0\0\0\0su.";
    Path file = PickleFiles.zip(folder, opcodes(text), Map.of());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      ModelInfo info = checkpoint.info();
      assertThat(info.classNames()).containsExactly("a", "b");
      assertThat(info.imageSize()).hasValue(640);
      assertThat(info.epoch()).hasValue(9);
      assertThat(info.hyperParameters()).containsExactly(Map.entry("lr0", 0x1p-15));
    }
  }

  @Test
  void info_namesWithGap_saysWhichIsMissing() throws IOException {
    CheckpointException thrown = refused(opcodes("}X\5\0\0\0names}K\1X\1\0\0\0bss."));
    assertThat(thrown)
        .hasMessageContaining("class names must have the indices 0 to 0, 0 is missing");
  }

  @Test
  void root_afterClose_isRefused() throws IOException {
    Path file = PickleFiles.zip(folder, opcodes("N."), Map.of());
    Checkpoint checkpoint = Checkpoint.open(file);
    assertThat(checkpoint.root()).isEmpty();
    checkpoint.close();
    assertThatThrownBy(checkpoint::root)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the checkpoint is closed: " + file);
  }
}
