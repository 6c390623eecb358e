package io.yolo4j.lighten;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.ConvTranspose2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelSummary;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.ModelInfo;
import io.yolo4j.weights.ModelMetadata;
import io.yolo4j.weights.SafeTensors;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Leaves channels out of a trained network by one threshold on all batch norm scales (Liu et al.
 * 2017, Learning Efficient Convolutional Networks through Network Slimming). The result is a model
 * as any other: its description is that of the original with the narrower {@linkplain
 * io.yolo4j.model.ModelDescription#widths widths}, its weights are the original's without the rows
 * and columns of the channels that left.
 *
 * <p>A channel whose batch norms all have γ = 0 and β = 0, and whose activations map 0 to 0 (as
 * SiLU, ReLU, LeakyReLU and hardswish do), carries zeros only; without it the network computes the
 * same. With other values the network changes, and is trained further.
 *
 * <p>Threads: safe; nothing is shared.
 *
 * @param model the narrower network and its weights
 * @param threshold channels with all |γ| up to it were to leave
 * @param layers convolutions that became narrower, in execution order
 * @param channelsBefore output channels of all convolutions
 * @param channelsAfter of those that stay
 */
public record Pruning(
    LoadedModel model,
    double threshold,
    List<Layer> layers,
    int channelsBefore,
    int channelsAfter) {
  /**
   * A convolution that became narrower.
   *
   * @param path of its module
   * @param before output channels
   * @param after output channels
   */
  public record Layer(String path, int before, int after) {}

  /** Copies the list. */
  public Pruning {
    layers = List.copyOf(layers);
  }

  /**
   * Prunes a model.
   *
   * @throws IllegalArgumentException if no threshold leaves out as many operations as asked for,
   *     naming what can be reached, or a scale is not finite
   */
  public static Pruning of(LoadedModel model, PruneOptions options) {
    return new Search(model, options).run();
  }

  /**
   * Writes the narrower model; a file of that name stays until the new one is complete.
   *
   * @param info what is known of the original beside its description and anchors
   * @throws IOException if it cannot be written
   */
  public void write(Path file, ModelInfo info) throws IOException {
    // Ranges for 8-bit integers were those of the original's feature maps.
    ModelInfo known = model.completed(info.withQuantization(Map.of()));
    SafeTensors.write(file, model.state(), ModelMetadata.encode(known));
  }

  /** One network's search for the threshold. */
  private static final class Search {
    private final LoadedModel model;
    private final Graph graph;
    private final PruneOptions options;
    private final ChannelChoice choice;
    private final double[] scores;

    Search(LoadedModel model, PruneOptions options) {
      this.model = model;
      this.options = options;
      graph = model.graph();
      choice = new ChannelChoice(ChannelGroups.of(graph), model.state(), options);
      scores = choice.prunableScores();
      if (scores.length == 0) {
        throw new IllegalArgumentException(
            "the network must have channels that batch norms scale, it has none that may leave");
      }
    }

    Pruning run() {
      double threshold =
          options.channelShare() > 0
              ? below((int) Math.round(options.channelShare() * scores.length))
              : thresholdForFlops();
      BitSet kept = choice.kept(threshold);
      Model narrow = narrow(kept);
      List<Layer> layers = new ArrayList<>();
      int before = 0;
      int after = 0;
      for (Node node : graph.nodes()) {
        if (isConvolution(node)) {
          int own = choice.keptChannels(node.id(), kept).length;
          before += node.shape().dim(1);
          after += own;
          if (own < node.shape().dim(1)) {
            layers.add(new Layer(node.modulePath(), node.shape().dim(1), own));
          }
        }
      }
      Graph sliced = narrow.graph().withHead(graph.requireHead());
      LoadedModel pruned =
          new LoadedModel(narrow, sliced, slice(kept), model.classNames(), model.prediction());
      return new Pruning(pruned, threshold, layers, before, after);
    }

    /** The threshold under which that many groups lie. */
    private double below(int count) {
      return count == 0 ? -1 : scores[Math.min(count, scores.length) - 1];
    }

    /** Operations only become fewer with the threshold, so it is found by halving. */
    private double thresholdForFlops() {
      long all = flops(-1);
      long wanted = (long) Math.floor(all * (1 - options.flopsShare()));
      long least = flops(scores[scores.length - 1]);
      if (least > wanted) {
        throw new IllegalArgumentException(
            "at most %.1f %% of the operations can be left out with at least %d channels a convolution in multiples of %d, got a share of %s"
                .formatted(
                    100 * (1 - least / (double) all),
                    options.minimum(),
                    options.multiple(),
                    options.flopsShare()));
      }
      int low = 0;
      int high = scores.length;
      while (low + 1 < high) {
        int middle = (low + high) >>> 1;
        if (flops(below(middle)) <= wanted) {
          high = middle;
        } else {
          low = middle;
        }
      }
      return below(high);
    }

    private long flops(double threshold) {
      int side = options.imageSize();
      return ModelSummary.of(narrow(choice.kept(threshold)), side, side, true).cost().flops();
    }

    private Model narrow(BitSet kept) {
      Map<String, Integer> widths = new LinkedHashMap<>(model.model().description().widths());
      for (Node node : graph.nodes()) {
        boolean own =
            (node.op() instanceof Conv2d conv && conv.groups() == 1)
                || (node.op() instanceof ConvTranspose2d wide && wide.groups() == 1);
        if (own && choice.narrows(graph, node.id(), kept)) {
          widths.put(node.modulePath(), choice.keptChannels(node.id(), kept).length);
        }
      }
      return Model.of(model.model().description().withWidths(widths));
    }

    private StateDict slice(BitSet kept) {
      Map<String, HostTensor> changed = new HashMap<>();
      for (Node node : graph.nodes()) {
        if (isConvolution(node)) {
          convolution(node, kept, changed);
        } else if (node.op() instanceof BatchNorm) {
          int[] channels = choice.keptChannels(node.id(), kept);
          // Weight, bias, mean and variance; the count of batches has no channels.
          for (String name : node.parameters().subList(0, 4)) {
            changed.put(name, TensorSlices.select(model.state().get(name), 0, channels));
          }
        }
      }
      StateDict.Builder builder = StateDict.builder();
      model
          .state()
          .forEach((name, tensor) -> builder.put(name, changed.getOrDefault(name, tensor)));
      return builder.build();
    }

    private void convolution(Node node, BitSet kept, Map<String, HostTensor> changed) {
      int[] out = choice.keptChannels(node.id(), kept);
      int[] in = choice.keptChannels(node.inputs().get(0), kept);
      boolean transposed = node.op() instanceof ConvTranspose2d;
      boolean grouped =
          node.op() instanceof Conv2d conv
              ? conv.groups() > 1
              : ((ConvTranspose2d) node.op()).groups() > 1;
      String weight = node.parameters().get(0);
      HostTensor sliced = TensorSlices.select(model.state().get(weight), transposed ? 1 : 0, out);
      // The inputs of a group stay whole: groups leave with all of theirs.
      changed.put(weight, grouped ? sliced : TensorSlices.select(sliced, transposed ? 0 : 1, in));
      if (node.parameters().size() > 1) {
        String bias = node.parameters().get(1);
        changed.put(bias, TensorSlices.select(model.state().get(bias), 0, out));
      }
    }

    private static boolean isConvolution(Node node) {
      return node.op() instanceof Conv2d || node.op() instanceof ConvTranspose2d;
    }
  }
}
