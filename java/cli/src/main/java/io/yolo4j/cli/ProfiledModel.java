package io.yolo4j.cli;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.graph.BatchNormFolding;
import io.yolo4j.graph.Graph;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelDescription;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.Calibration;
import io.yolo4j.runtime.Calibrator;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.weights.FoldedState;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model to profile: a file's, or a description with weights drawn at random, for times don't
 * depend on them.
 *
 * @param name what was asked for
 * @param graph the network
 * @param state its weights
 * @param backboneRows rows of the description's backbone
 * @param calibration for 8-bit integers, where the file holds one
 */
record ProfiledModel(
    String name,
    Graph graph,
    StateDict state,
    int backboneRows,
    Optional<Calibration> calibration) {
  private static final long SEED = 0;

  /**
   * Opens a model.
   *
   * @param classes number of classes for a description, or null for its own
   */
  static ProfiledModel open(String nameOrFile, @Nullable Integer classes) throws IOException {
    if (LoadedModel.isFile(nameOrFile)) {
      if (classes != null) {
        throw new CommandException(
            ExitCode.USAGE,
            "--nc is for descriptions; the file %s has its own".formatted(nameOrFile));
      }
      LoadedModel loaded = LoadedModel.open(Path.of(nameOrFile), Optional.empty());
      return new ProfiledModel(
          nameOrFile, loaded.graph(), loaded.state(), rows(loaded.model()), loaded.calibration());
    }
    ModelDescription description = Zoo.open(nameOrFile);
    Model model = Model.of(classes == null ? description : description.withClasses(classes));
    return drawn(nameOrFile, model.graph(), rows(model));
  }

  /** Returns a network with weights drawn at random. */
  static ProfiledModel drawn(String name, Graph graph, int backboneRows) {
    StateDict state = Initializer.initialize(graph, SEED);
    return new ProfiledModel(name, graph, state, backboneRows, Optional.empty());
  }

  /** Returns the model with batch norms folded. */
  ProfiledModel folded(Folding folding) {
    BatchNormFolding fold = folding.of(graph);
    return new ProfiledModel(
        name, fold.graph(), FoldedState.of(state, fold), backboneRows, calibration);
  }

  /**
   * Returns options of a plan with ranges, if it is to run on bytes and they have none: the file's,
   * else those of noise, on which times don't depend.
   */
  PlanOptions planned(PlanOptions options) {
    return options.lacksRanges()
        ? options.withInt8(
            calibration.orElseGet(() -> Calibrator.ofNoise(graph, state, options.threadCount())))
        : options;
  }

  private static int rows(Model model) {
    return model.description().backbone().size();
  }
}
