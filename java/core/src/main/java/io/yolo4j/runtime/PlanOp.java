package io.yolo4j.runtime;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Linear;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Op;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a node of a plan does: operations of the graph, those that run as one together. */
sealed interface PlanOp {
  /** Returns name and attributes for people. */
  String text();

  /**
   * The batch's pixels, divided by 255.
   *
   * @param blocks whether 2 x 2 pixels become the 12 channels of one: row, column, colour
   */
  record Pixels(boolean blocks) implements PlanOp {
    @Override
    public String text() {
      return blocks ? "Pixels 2x2" : "Pixels";
    }
  }

  /**
   * activation(convolution) + residual.
   *
   * @param conv the convolution; of merged ones that of all their channels
   * @param activation behind it
   * @param residual whether a second input is added at the end
   * @param sources the graph's layers, whose output channels follow each other
   * @param input how the sources' input became this one's
   * @param part which of the outputs of a raw head it computes; null: it is whole
   */
  record Convolution(
      Conv2d conv,
      Activation.Kind activation,
      boolean residual,
      List<Source> sources,
      InputForm input,
      @Nullable HeadPart part)
      implements PlanOp {
    /** Where a weight of the sources belongs. */
    enum InputForm {
      /** In its place. */
      SAME,
      /** 6x6 on 3 channels is 3x3 on the 12 of {@link Pixels#blocks}. */
      BLOCKS,
      /** The 12 channels stood in the order column, row, colour; they are row, column, colour. */
      FOCUS
    }

    /**
     * Rows of a weight of the graph.
     *
     * @param node whose weight it is
     * @param slot the weight's place among the node's parameters; a bias stands behind it
     * @param first the first row
     * @param rows how many; output channels
     */
    record Source(Node node, int slot, int first, int rows) {
      /** Whether it works on a sequence, which stays in floats where other layers are bytes. */
      boolean isOfSequence() {
        return node.shape().rank() == 3;
      }
    }

    /**
     * Returns a node of the graph as such: a convolution; a linear layer, which is one of single
     * pixels; or a batch norm that wasn't folded, which is one of single pixels and channels.
     */
    static Convolution of(Node node) {
      Conv2d conv;
      if (node.op() instanceof BatchNorm norm) {
        conv =
            Conv2d.of(norm.channels(), norm.channels(), 1)
                .withGroups(norm.channels())
                .withBias(true);
      } else if (node.op() instanceof Linear linear) {
        conv =
            Conv2d.of(linear.inputFeatures(), linear.outputFeatures(), 1).withBias(linear.bias());
      } else {
        conv = (Conv2d) node.op();
      }
      return of(conv, new Source(node, 0, 0, conv.outputChannels()));
    }

    /** Returns a product of single pixels with some rows of an attention's weight, and its bias. */
    static Convolution projection(Source source, int channels) {
      return of(Conv2d.of(channels, source.rows(), 1).withBias(true), source);
    }

    private static Convolution of(Conv2d conv, Source source) {
      return new Convolution(
          conv, Activation.Kind.IDENTITY, false, List.of(source), InputForm.SAME);
    }

    public Convolution {
      sources = List.copyOf(sources);
    }

    /** Creates a whole one. */
    Convolution(
        Conv2d conv,
        Activation.Kind activation,
        boolean residual,
        List<Source> sources,
        InputForm input) {
      this(conv, activation, residual, sources, input, null);
    }

    /** Returns whether an output pixel depends on the input pixel in its place alone. */
    boolean isPointwise() {
      return conv.isPointwise();
    }

    /** Returns whether it can run on bytes. */
    boolean canBeOfBytes() {
      return conv.groups() == 1 && sources.stream().noneMatch(Source::isOfSequence);
    }

    /** Returns whether our depthwise kernel does it. */
    boolean isDepthwiseKernel() {
      int side = conv.kernel().height();
      int step = conv.stride().height();
      return conv.isDepthwise()
          && conv.inputChannels() == conv.outputChannels()
          && conv.kernel().width() == side
          && (side == 3 || side == 5)
          && conv.stride().width() == step
          && step <= 2
          && conv.dilation().area() == 1
          && conv.padding().height() < side
          && conv.padding().width() < side
          && ActivationCodes.isBehind(activation);
    }

    Convolution withActivation(Activation.Kind kind) {
      return new Convolution(conv, kind, residual, sources, input, part);
    }

    Convolution withResidual() {
      return new Convolution(conv, activation, true, sources, input, part);
    }

    /** Returns the one that computes some outputs of each anchor. */
    Convolution withPart(HeadPart some) {
      return new Convolution(
          conv.withChannels(conv.inputChannels(), some.channels()),
          activation,
          residual,
          sources,
          input,
          some);
    }

    @Override
    public String text() {
      return conv.text()
          + (activation == Activation.Kind.IDENTITY ? "" : " " + activation.moduleType())
          + (residual ? " + residual" : "")
          + (sources.size() > 1 ? " (" + sources.size() + " merged)" : "")
          + (part == null ? "" : " (boxes of " + part.anchors() + " anchors)");
    }
  }

  /**
   * Class scores of a raw head, before the sigmoid, where the objectness passes; reads what the
   * convolution reads and its boxes.
   *
   * @param conv the classes' part of the head's convolution
   * @param leastObjectness what the objectness, behind the sigmoid, must exceed
   */
  record ClassScores(Convolution conv, float leastObjectness) implements PlanOp {
    /** Returns which of the head's outputs it computes. */
    HeadPart part() {
      return Objects.requireNonNull(conv.part());
    }

    @Override
    public String text() {
      return "ClassScores %d→%dx%d where objectness > %s"
          .formatted(
              conv.conv().inputChannels(), part().anchors(), part().count(), leastObjectness);
    }
  }

  /**
   * x times the gate of two products of its mean.
   *
   * @param squeeze the first product's convolution
   * @param excite the second's
   * @param activation between them
   * @param gate behind
   */
  record SqueezeExcite(Node squeeze, Node excite, Activation.Kind activation, Activation.Kind gate)
      implements PlanOp {
    @Override
    public String text() {
      Conv2d conv = (Conv2d) squeeze.op();
      return "SqueezeExcite %d→%d→%d %s %s"
          .formatted(
              conv.inputChannels(),
              conv.outputChannels(),
              conv.inputChannels(),
              activation.moduleType(),
              gate.moduleType());
    }
  }

  /**
   * Attention of a map's pixels to each other: a third of the input's channels, which are queries,
   * keys and values.
   *
   * @param heads that the channels of each are shared among
   */
  record Attention(int heads) implements PlanOp {
    @Override
    public String text() {
      return "Attention heads " + heads;
    }
  }

  /**
   * Some of a node's channels, for example those of one of the convolutions that were merged; moves
   * nothing.
   *
   * @param first the first channel
   */
  record Channels(int first) implements PlanOp {
    @Override
    public String text() {
      return "Channels from " + first;
    }
  }

  /**
   * An operation of the graph as it is.
   *
   * @param op the operation
   */
  record Plain(Op op) implements PlanOp {
    @Override
    public String text() {
      return op.text();
    }
  }
}
