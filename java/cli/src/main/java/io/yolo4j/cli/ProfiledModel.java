package io.yolo4j.cli;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.graph.BatchNormFolding;
import io.yolo4j.graph.Graph;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelDescription;
import io.yolo4j.model.Zoo;
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
 */
record ProfiledModel(String name, Graph graph, StateDict state, int backboneRows) {
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
      return of(nameOrFile, loaded.model(), loaded.graph(), loaded.state());
    }
    ModelDescription description = Zoo.open(nameOrFile);
    Model model = Model.of(classes == null ? description : description.withClasses(classes));
    return of(nameOrFile, model, model.graph(), Initializer.initialize(model.graph(), SEED));
  }

  /** Returns the model with batch norms folded. */
  ProfiledModel folded(Folding folding) {
    BatchNormFolding fold = folding.of(graph);
    return new ProfiledModel(name, fold.graph(), FoldedState.of(state, fold), backboneRows);
  }

  private static ProfiledModel of(String name, Model model, Graph graph, StateDict state) {
    return new ProfiledModel(name, graph, state, model.description().backbone().size());
  }
}
