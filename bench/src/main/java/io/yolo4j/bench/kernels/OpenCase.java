package io.yolo4j.bench.kernels;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/** A case with its buffers and forms, ready to run. */
final class OpenCase implements AutoCloseable {
  private final KernelCase kernelCase;
  private final CaseBuffers buffers;
  private final Map<String, KernelForm> forms = new LinkedHashMap<>();
  private final Map<String, String> missing = new LinkedHashMap<>();

  /**
   * Opens the forms whose names are wanted.
   *
   * @param copies of the buffers
   */
  OpenCase(KernelCase kernelCase, int copies, Predicate<String> wanted) {
    this.kernelCase = kernelCase;
    buffers = CaseBuffers.open(kernelCase.inputs(), kernelCase.output(), copies);
    for (FormMaker maker : kernelCase.forms()) {
      if (wanted.test(maker.name())) {
        try {
          forms.put(maker.name(), maker.make().apply(buffers));
        } catch (UnsupportedOperationException e) {
          missing.put(maker.name(), String.valueOf(e.getMessage()));
        }
      }
    }
  }

  /** Checks all forms of a case against the right result. */
  static void check(KernelCase kernelCase) {
    try (OpenCase open = new OpenCase(kernelCase, 1, name -> true)) {
      open.check();
    }
  }

  /**
   * Runs each form once on the first copy.
   *
   * @throws IllegalStateException if a result is wrong
   */
  void check() {
    float[] expected = kernelCase.expected().get();
    forms.forEach(
        (name, form) -> {
          buffers.output().spoil();
          Agreement.require(
              "%s %s %s".formatted(kernelCase.layer(), kernelCase.variant(), name),
              expected,
              form.result(),
              kernelCase.tolerance());
        });
  }

  int copies() {
    return buffers.copies();
  }

  /** Returns the forms that there are, by name. */
  Map<String, KernelForm> forms() {
    return forms;
  }

  /** Returns why the others are missing, by name. */
  Map<String, String> missing() {
    return missing;
  }

  /**
   * Returns a form.
   *
   * @throws UnsupportedOperationException with the reason if there is none
   */
  KernelForm form(String name) {
    KernelForm form = forms.get(name);
    if (form == null) {
      throw new UnsupportedOperationException(
          "%s has no form %s: %s"
              .formatted(kernelCase.layer(), name, missing.getOrDefault(name, "no such name")));
    }
    return form;
  }

  @Override
  public void close() {
    forms.values().forEach(KernelForm::close);
    buffers.close();
  }
}
