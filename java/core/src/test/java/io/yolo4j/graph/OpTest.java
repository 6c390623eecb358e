package io.yolo4j.graph;

import static io.yolo4j.graph.OpCalls.assertError;
import static io.yolo4j.graph.OpCalls.cost;
import static io.yolo4j.graph.OpCalls.shape;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every operation but the convolutions: shape rules, costs, parameters, texts and errors, by
 * numbers worked by hand.
 */
class OpTest {
  private static final Shape ODD = Shape.of(2, 8, 15, 7);

  // Norm, activations, pools

  @Test
  void batchNorm_costAndSlots_countFourVectorsAndNotTheBatches() {
    BatchNorm op = new BatchNorm(8, 1e-3, 0.03);
    assertThat(shape(op, ODD)).isEqualTo(ODD);
    assertThat(cost(op, ODD)).isEqualTo(new Cost(3360, 1680, 32, 1680));
    assertThat(op.parameterSlots())
        .extracting(ParameterSlot::name)
        .containsExactly("weight", "bias", "running_mean", "running_var", "num_batches_tracked");
    assertThat(op.text()).isEqualTo("BatchNorm 8 eps 0.001");
    assertError(() -> shape(op, Shape.of(1, 3, 9, 9)))
        .hasMessage("BatchNorm expects 8 input channels, got 3 (input [1,3,9,9])");
  }

  @Test
  void batchNorm_wrongAttributes_areNamed() {
    assertError(() -> new BatchNorm(0, 1e-3, 0.03))
        .hasMessage("channels of a batch norm must be at least 1, got 0");
    assertError(() -> new BatchNorm(8, Double.NaN, 0.03))
        .hasMessage("a batch norm needs epsilon >= 0 and momentum in [0, 1], got NaN and 0.03");
    assertError(() -> new BatchNorm(8, 1e-3, 1.5))
        .hasMessage("a batch norm needs epsilon >= 0 and momentum in [0, 1], got 0.001 and 1.5");
  }

  @Test
  void activation_everyKind_countsItsOperations() {
    assertThat(List.of(Activation.Kind.values()))
        .extracting(kind -> cost(new Activation(kind), ODD).flops() / 1680)
        .containsExactly(0L, 1L, 2L, 1L, 3L, 4L, 3L, 4L);
    assertThat(cost(new Activation(Activation.Kind.SILU), ODD))
        .isEqualTo(new Cost(6720, 1680, 0, 1680));
    assertThat(cost(new Activation(Activation.Kind.IDENTITY), ODD)).isEqualTo(Cost.ZERO);
    assertThat(shape(new Activation(Activation.Kind.RELU), Shape.of(3))).isEqualTo(Shape.of(3));
    assertThat(new Activation(Activation.Kind.HARDSWISH).text()).isEqualTo("Hardswish");
    assertError(() -> shape(new Activation(Activation.Kind.RELU)))
        .hasMessage("ReLU takes 1 input, got 0");
  }

  @Test
  void maxPool_oddSizes_roundDown() {
    assertThat(shape(new MaxPool(5, 1, 2), ODD)).isEqualTo(ODD);
    MaxPool op = new MaxPool(2, 2, 0);
    assertThat(shape(op, ODD)).isEqualTo(Shape.of(2, 8, 7, 3));
    assertThat(cost(op, ODD)).isEqualTo(new Cost(4 * 336, 1680, 0, 336));
    assertThat(op.text()).isEqualTo("MaxPool k2 s2 p0");
    assertError(() -> shape(new MaxPool(9, 1, 0), ODD))
        .hasMessage("MaxPool: the kernel spans 9 pixels, the padded input only 7");
    assertError(() -> new MaxPool(3, 1, 2))
        .hasMessage("padding of a max-pool must lie in [0, kernel / 2], got 2 for kernel 3");
    assertError(() -> new MaxPool(0, 1, 0))
        .hasMessage("kernel of a max-pool must be at least 1, got 0");
    assertError(() -> new MaxPool(1, 0, 0))
        .hasMessage("stride of a max-pool must be at least 1, got 0");
  }

  @Test
  void globalAveragePool_map_becomesOneCell() {
    GlobalAveragePool op = new GlobalAveragePool();
    assertThat(shape(op, ODD)).isEqualTo(Shape.of(2, 8, 1, 1));
    assertThat(cost(op, ODD)).isEqualTo(new Cost(1680, 1680, 0, 16));
    assertThat(op.text()).isEqualTo("GlobalAveragePool");
    assertError(() -> shape(op, Shape.of(2, 8)))
        .hasMessage("GlobalAveragePool takes a feature map [N,C,H,W], got [2,8]");
  }

  // Joining

  @Test
  void add_shapesDiffer_namesBoth() {
    Add op = new Add();
    assertThat(shape(op, ODD, ODD)).isEqualTo(ODD);
    assertThat(cost(op, ODD, ODD)).isEqualTo(new Cost(1680, 3360, 0, 1680));
    assertThat(op.text()).isEqualTo("Add");
    assertError(() -> shape(op, ODD, Shape.of(2, 8, 15, 1)))
        .hasMessage("Add takes inputs of equal shape, got [2,8,15,7] and [2,8,15,1]");
    assertError(() -> shape(op, ODD)).hasMessage("Add takes 2 inputs, got 1");
  }

  @Test
  void multiply_secondInput_broadcasts() {
    Multiply op = new Multiply();
    Shape scale = Shape.of(2, 8, 1, 1);
    assertThat(shape(op, ODD, scale)).isEqualTo(ODD);
    assertThat(cost(op, ODD, scale)).isEqualTo(new Cost(1680, 1696, 0, 1680));
    assertThat(op.text()).isEqualTo("Multiply");
    assertError(() -> shape(op, scale, ODD))
        .hasMessage(
            "Multiply takes a second input that broadcasts to the first, got [2,8,1,1] and [2,8,15,7]");
    assertError(() -> shape(op, ODD, Shape.of(8)))
        .hasMessage(
            "Multiply takes a second input that broadcasts to the first, got [2,8,15,7] and [8]");
    assertError(() -> shape(op)).hasMessage("Multiply takes 2 inputs, got 0");
  }

  @Test
  void concat_otherDimensionsDiffer_namesAllShapes() {
    Concat op = new Concat(1);
    Shape other = Shape.of(2, 3, 15, 7);
    assertThat(shape(op, ODD, other, ODD)).isEqualTo(Shape.of(2, 19, 15, 7));
    assertThat(shape(new Concat(-1), ODD, ODD)).isEqualTo(Shape.of(2, 8, 15, 14));
    assertThat(cost(op, ODD, other)).isEqualTo(new Cost(0, 2310, 0, 2310));
    assertThat(op.text()).isEqualTo("Concat dim 1");
    assertError(() -> shape(op, ODD, Shape.of(2, 8, 15, 6)))
        .hasMessage(
            "Concat inputs must agree in all dimensions but 1, got [[2,8,15,7], [2,8,15,6]]");
    assertError(() -> shape(op, ODD, Shape.of(2, 8)))
        .hasMessage("Concat inputs must agree in all dimensions but 1, got [[2,8,15,7], [2,8]]");
    assertError(() -> shape(new Concat(4), ODD))
        .hasMessage("Concat: dimension 4 must be one of those of the inputs, got [[2,8,15,7]]");
    assertError(() -> shape(op)).hasMessage("Concat takes at least 1 input, got 0");
    Shape wide = Shape.of(1, 1 << 30, 1, 1);
    assertError(() -> shape(op, wide, wide))
        .hasMessage("Concat: a dimension of the output must fit 31 bits, got 2147483648");
  }

  @Test
  void learnedScale_index_mustBeOneOfTheWeights() {
    LearnedScale op = new LearnedScale(1, 2);
    assertThat(shape(op, ODD)).isEqualTo(ODD);
    assertThat(cost(op, ODD)).isEqualTo(new Cost(1680, 1680, 2, 1680));
    assertThat(op.parameterSlots())
        .containsExactly(new ParameterSlot("w", Shape.of(2), ParameterRole.SCALE));
    assertThat(op.text()).isEqualTo("LearnedScale 1 of 2");
    assertError(() -> new LearnedScale(2, 2))
        .hasMessage("index of a learned scale must lie in [0, 2), got 2");
    assertError(() -> shape(op, ODD, ODD)).hasMessage("LearnedScale takes 1 input, got 2");
  }

  // Moving data

  @Test
  void upsample_sizes_areMultiplied() {
    Upsample op = new Upsample(2);
    assertThat(shape(op, ODD)).isEqualTo(Shape.of(2, 8, 30, 14));
    assertThat(cost(op, ODD)).isEqualTo(new Cost(0, 1680, 0, 6720));
    assertThat(op.text()).isEqualTo("Upsample x2");
    assertError(() -> new Upsample(0))
        .hasMessage("scale of an upsampling must be at least 1, got 0");
    assertError(() -> shape(new Upsample(1 << 30), ODD))
        .hasMessage("Upsample: a dimension of the output must fit 31 bits, got 16106127360");
  }

  @Test
  void stridedSlice_oddSize_roundsUp() {
    assertThat(shape(new StridedSlice(0, 0, 2), ODD)).isEqualTo(Shape.of(2, 8, 8, 4));
    StridedSlice op = new StridedSlice(1, 0, 2);
    assertThat(shape(op, ODD)).isEqualTo(Shape.of(2, 8, 7, 4));
    assertThat(cost(op, ODD)).isEqualTo(Cost.ZERO);
    assertThat(op.text()).isEqualTo("StridedSlice [1::2, 0::2]");
    assertError(() -> shape(new StridedSlice(0, 7, 2), ODD))
        .hasMessage("StridedSlice from row 0, column 7 leaves nothing of input [2,8,15,7]");
    assertError(() -> new StridedSlice(0, 0, 0))
        .hasMessage("step of a strided slice must be at least 1, got 0");
    assertError(() -> new StridedSlice(-1, 0, 1))
        .hasMessage("offsets of a strided slice must not be negative, got -1, 0");
  }

  @Test
  void channelSlice_moreThanThereAre_namesTheInput() {
    ChannelSlice op = new ChannelSlice(3, 5);
    assertThat(shape(op, ODD)).isEqualTo(Shape.of(2, 5, 15, 7));
    assertThat(cost(op, ODD)).isEqualTo(Cost.ZERO);
    assertThat(op.text()).isEqualTo("ChannelSlice [3:8]");
    assertError(() -> shape(new ChannelSlice(4, 5), ODD))
        .hasMessage("ChannelSlice of 5 channels from 4 on is more than input [2,8,15,7] has");
    assertError(() -> new ChannelSlice(-1, 5))
        .hasMessage("the first channel of a channel slice must not be negative, got -1");
    assertError(() -> new ChannelSlice(0, 0))
        .hasMessage("channels of a channel slice must be at least 1, got 0");
  }

  @Test
  void channelShuffle_groupsDoNotDivide_namesTheInput() {
    ChannelShuffle op = new ChannelShuffle(4);
    assertThat(shape(op, ODD)).isEqualTo(ODD);
    assertThat(cost(op, ODD)).isEqualTo(new Cost(0, 1680, 0, 1680));
    assertThat(op.text()).isEqualTo("ChannelShuffle 4");
    assertError(() -> shape(new ChannelShuffle(3), ODD))
        .hasMessage("ChannelShuffle: 3 groups must divide the channels of input [2,8,15,7]");
    assertError(() -> new ChannelShuffle(0))
        .hasMessage("groups of a channel shuffle must be at least 1, got 0");
  }

  @Test
  void spaceToDepth_gainDoesNotDivide_namesTheInput() {
    SpaceToDepth op = new SpaceToDepth(2);
    Shape x = Shape.of(1, 3, 6, 4);
    assertThat(shape(op, x)).isEqualTo(Shape.of(1, 12, 3, 2));
    assertThat(cost(op, x)).isEqualTo(new Cost(0, 72, 0, 72));
    assertThat(op.text()).isEqualTo("SpaceToDepth x2");
    assertError(() -> shape(op, ODD))
        .hasMessage("SpaceToDepth: gain 2 must divide height and width of input [2,8,15,7]");
    assertError(() -> new SpaceToDepth(0))
        .hasMessage("gain of SpaceToDepth must be at least 1, got 0");
  }

  @Test
  void depthToSpace_channelsDoNotDivide_namesTheInput() {
    DepthToSpace op = new DepthToSpace(2);
    assertThat(shape(op, ODD)).isEqualTo(Shape.of(2, 2, 30, 14));
    assertThat(cost(op, ODD)).isEqualTo(new Cost(0, 1680, 0, 1680));
    assertThat(op.text()).isEqualTo("DepthToSpace x2");
    assertError(() -> shape(new DepthToSpace(3), ODD))
        .hasMessage("DepthToSpace: gain² = 9 must divide the channels of input [2,8,15,7]");
    // The square of 2^16 would be 0 as an int.
    assertError(() -> shape(new DepthToSpace(1 << 16), ODD))
        .hasMessage(
            "DepthToSpace: gain² = 4294967296 must divide the channels of input [2,8,15,7]");
    assertError(() -> new DepthToSpace(0))
        .hasMessage("gain of DepthToSpace must be at least 1, got 0");
  }

  @Test
  void zeroPad_sides_areLeftRightTopBottom() {
    ZeroPad op = new ZeroPad(1, 2, 3, 4);
    assertThat(shape(op, ODD)).isEqualTo(Shape.of(2, 8, 22, 10));
    assertThat(cost(op, ODD)).isEqualTo(new Cost(0, 1680, 0, 3520));
    assertThat(op.text()).isEqualTo("ZeroPad left 1 right 2 top 3 bottom 4");
    assertError(() -> new ZeroPad(0, 0, -1, 0))
        .hasMessage("padding must not be negative, got left 0, right 0, top -1, bottom 0");
  }

  @Test
  void splitAnchors_channels_becomeAnchorsAndOutputs() {
    SplitAnchors op = new SplitAnchors(3, 11);
    Shape x = Shape.of(2, 33, 5, 4);
    assertThat(shape(op, x)).isEqualTo(Shape.of(2, 3, 5, 4, 11));
    assertThat(cost(op, x)).isEqualTo(new Cost(0, 1320, 0, 1320));
    assertThat(op.text()).isEqualTo("SplitAnchors 3x11");
    assertError(() -> shape(op, ODD))
        .hasMessage("SplitAnchors expects 33 input channels, got 8 (input [2,8,15,7])");
    assertError(() -> new SplitAnchors(0, 11))
        .hasMessage("anchors of a detection level must be at least 1, got 0");
    assertError(() -> new SplitAnchors(3, 0))
        .hasMessage("outputs of a detection level must be at least 1, got 0");
  }

  // Sequences

  @Test
  void linear_lastDimension_isReplaced() {
    Linear op = new Linear(7, 5, true);
    assertThat(shape(op, ODD)).isEqualTo(Shape.of(2, 8, 15, 5));
    // 1200 outputs of 7 multiply-adds and a bias.
    assertThat(cost(op, ODD)).isEqualTo(new Cost(1200 * 15, 1680, 35 + 5, 1200));
    assertThat(op.text()).isEqualTo("Linear 7→5 bias");
    assertThat(new Linear(7, 5, false).text()).isEqualTo("Linear 7→5");
    assertThat(new Linear(7, 5, false).parameterSlots())
        .containsExactly(new ParameterSlot("weight", Shape.of(5, 7), ParameterRole.WEIGHT));
    assertError(() -> shape(op, Shape.of(2, 6)))
        .hasMessage("Linear expects 7 features in the last dimension, got [2,6]");
    assertError(() -> shape(op, Shape.of()))
        .hasMessage("Linear expects 7 features in the last dimension, got []");
    assertError(() -> new Linear(0, 5, true))
        .hasMessage("input features of a linear layer must be at least 1, got 0");
    assertError(() -> new Linear(5, 0, true))
        .hasMessage("output features of a linear layer must be at least 1, got 0");
  }

  @Test
  void attention_cost_isProjectionsProductsAndSoftmax() {
    Attention op = new Attention(4, 2);
    Shape x = Shape.of(3, 1, 4);
    assertThat(shape(op, x, x, x)).isEqualTo(x);
    // Projections: 4 of 12 outputs · (2·4 + 1); products: two of 3·3·4 multiply-adds; soft-max: 5
    // on
    // 3·3 of 2 heads.
    long flops = 4 * 12 * 9 + 2 * 2 * 36 + 5 * 9 * 2;
    assertThat(cost(op, x, x, x)).isEqualTo(new Cost(flops, 36, 48 + 12 + 16 + 4, 12));
    assertThat(op.text()).isEqualTo("Attention 4 heads 2");
    assertError(() -> shape(op, x))
        .hasMessage("Attention takes queries, keys and values, got 1 inputs");
    assertError(() -> shape(op, x, x, Shape.of(2, 1, 4)))
        .hasMessage("Attention takes three equal inputs [S,N,4], got [[3,1,4], [3,1,4], [2,1,4]]");
    assertError(() -> new Attention(4, 3))
        .hasMessage("heads of an attention must divide its embedding, got 3 heads for 4 channels");
    assertError(() -> new Attention(4, 0))
        .hasMessage("heads of an attention must be at least 1, got 0");
  }

  @Test
  void sequence_thereAndBack_keepsTheMap() {
    Shape sequence = shape(new ToSequence(), ODD);
    assertThat(sequence).isEqualTo(Shape.of(105, 2, 8));
    FromSequence back = new FromSequence();
    assertThat(shape(back, sequence, ODD)).isEqualTo(ODD);
    // The map gives rows and columns only.
    assertThat(shape(back, Shape.of(105, 2, 3), ODD)).isEqualTo(Shape.of(2, 3, 15, 7));
    assertThat(cost(new ToSequence(), ODD)).isEqualTo(Cost.ZERO);
    assertThat(cost(back, sequence, ODD)).isEqualTo(Cost.ZERO);
    assertThat(new ToSequence().text()).isEqualTo("ToSequence");
    assertThat(back.text()).isEqualTo("FromSequence");
    assertError(() -> shape(back, sequence)).hasMessage("FromSequence takes 2 inputs, got 1");
    assertError(() -> shape(back, Shape.of(104, 2, 8), ODD))
        .hasMessage(
            "FromSequence takes [H·W,N,C] and a map [N,·,H,W], got [104,2,8] and [2,8,15,7]");
  }

  @Test
  void input_givenInputs_isRefused() {
    Input op = new Input(ODD);
    assertThat(shape(op)).isEqualTo(ODD);
    assertThat(cost(op)).isEqualTo(Cost.ZERO);
    assertThat(op.text()).isEqualTo("Input");
    assertError(() -> shape(op, ODD)).hasMessage("Input takes no inputs, got [[2,8,15,7]]");
  }

  // Values

  @Test
  void shape_badDimensions_areRefused() {
    assertError(() -> Shape.of(2, -1)).hasMessage("dimensions must not be negative, got [2, -1]");
    int big = Integer.MAX_VALUE;
    assertError(() -> Shape.of(big, big, big))
        .hasMessage(
            "the number of elements must be below 2^63, got shape [2147483647, 2147483647, 2147483647]");
    assertThat(Shape.of(big, big).elements()).isEqualTo((long) big * big);
    assertThat(Shape.of(0, big, big, big).elements()).isZero();
    assertThat(Shape.of().elements()).isEqualTo(1);
    assertThat(ODD.dim(-1)).isEqualTo(7);
    assertThat(ODD.withDim(-4, 1)).hasToString("[1,8,15,7]");
    assertThatThrownBy(() -> ODD.dims().set(0, 1))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void size2_negative_isRefused() {
    assertError(() -> new Size2(1, -1)).hasMessage("extents must not be negative, got 1x-1");
    assertThat(new Size2(5, 4).half()).isEqualTo(Size2.square(2));
    assertThat(Size2.square(1 << 20).area()).isEqualTo(1L << 40);
    assertThat(new Size2(1, 3)).hasToString("1x3");
    assertThat(Size2.square(3)).hasToString("3");
  }

  @Test
  void cost_plus_addsEveryPart() {
    Cost sum = new Cost(1, 2, 3, 4).plus(new Cost(10, 20, 30, 40));
    assertThat(sum).isEqualTo(new Cost(11, 22, 33, 44));
    assertThat(sum.elements()).isEqualTo(99);
  }
}
