package io.yolo4j.bench.kernels;

import io.yolo4j.bench.Arguments;
import java.util.List;
import java.util.Locale;

/**
 * Kernels beside LibTorch's operations, oneDNN's primitives and a plain copy: all forms of a layer
 * in turn, in one process, medians over rounds, printed as Markdown.
 *
 * <pre>{@code bench/run KernelTable family=depthwise size=640,224 batch=1,16 threads=1
 *     temperature=hot,cold rows=each rounds=11}</pre>
 *
 * <p>{@code family} is one or more of depthwise, activation, squeeze_excite, decode, suppression,
 * pixels_in; {@code rows=sum} prints the sums over the layers only; {@code variant=f32_nhwc} and
 * {@code form=yolo4j,copy_ceiling} choose some of what there is. Ratio to ours: this form's time
 * over ours of the same variant. Share of copy: the copy's time over this form's. Bytes: inputs,
 * weights and outputs, each once. Every form is checked before it is timed.
 */
public final class KernelTable {
  private static final String ALL = "all";

  private final int rounds;
  private final boolean eachLayer;
  private final List<String> variants;
  private final List<String> forms;

  private KernelTable(Arguments arguments) {
    rounds = arguments.number("rounds", 11);
    eachLayer = !arguments.text("rows", "each").equals("sum");
    variants = arguments.texts("variant", ALL);
    forms = arguments.texts("form", ALL);
  }

  /** Measures and prints; arguments are {@code name=value}. */
  public static void main(String[] words) {
    Arguments arguments = new Arguments(List.of(words));
    arguments.requireOnly(
        "family", "size", "batch", "threads", "temperature", "rows", "rounds", "variant", "form");
    KernelTable table = new KernelTable(arguments);
    for (KernelFamily family : families(arguments)) {
      for (int size : arguments.numbers("size", "640,224")) {
        for (int batch : arguments.numbers("batch", "1,16")) {
          for (int threads : arguments.numbers("threads", "1")) {
            for (String temperature : arguments.texts("temperature", "hot,cold")) {
              table.print(
                  family,
                  new Setting(size, batch, threads),
                  Temperature.valueOf(temperature.toUpperCase(Locale.ROOT)));
            }
          }
        }
      }
    }
  }

  private static List<KernelFamily> families(Arguments arguments) {
    List<String> names = arguments.texts("family", ALL);
    return names.contains(ALL)
        ? List.of(KernelFamily.values())
        : names.stream().map(name -> KernelFamily.valueOf(name.toUpperCase(Locale.ROOT))).toList();
  }

  private void print(KernelFamily family, Setting setting, Temperature temperature) {
    FamilyTable table = new FamilyTable(System.out, eachLayer);
    table.begin(
        "%s, %d px, batch %d, threads %d, %s"
            .formatted(
                family.name().toLowerCase(Locale.ROOT),
                setting.size(),
                setting.batch(),
                setting.threads(),
                temperature.name().toLowerCase(Locale.ROOT)));
    for (KernelCase one : family.cases(setting)) {
      if (!isChosen(variants, one.variant())) {
        continue;
      }
      int copies = temperature.copies(one.bufferBytes());
      try (OpenCase open = new OpenCase(one, copies, name -> isChosen(forms, name))) {
        open.check();
        table.add(one, new AlternatingTimer(open, rounds).medians(), open.missing());
      }
    }
    table.end();
  }

  private static boolean isChosen(List<String> chosen, String name) {
    return chosen.contains(ALL) || chosen.contains(name);
  }
}
