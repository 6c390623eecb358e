package io.yolo4j.model;

import io.yolo4j.graph.ChannelWidths;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Anchor;
import io.yolo4j.graph.DetectionHead.Level;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.Layer;
import io.yolo4j.graph.ModuleNode;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Value;
import io.yolo4j.model.ModuleType.Resolution;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Expands descriptions into graphs. Immutable and thread-safe. */
public final class ModelBuilder {
  /** Side of the nominal input; divisible by the largest stride in use, 128. */
  static final int NOMINAL_SIZE = 256;

  /** Bounds what one row of an untrusted file can ask for. */
  static final int MAX_REPEATS = 1000;

  private static final int IMAGE_CHANNELS = 3;

  private final ModuleRegistry registry;

  /** Creates a builder that knows the modules of that registry. */
  public ModelBuilder(ModuleRegistry registry) {
    this.registry = registry;
  }

  /**
   * Expands a description.
   *
   * @throws ModelException if a row cannot be built, naming the source, the row's index and text,
   *     and what was expected
   */
  public Model build(ModelDescription description) {
    return new Expansion(description).run();
  }

  /** Repeats after the depth multiple: max(round-half-even(n·depth), 1), and 1 stays 1. */
  static int repeats(int number, double depthMultiple) {
    return number > 1 ? Math.max((int) Math.rint(number * depthMultiple), 1) : number;
  }

  /** Channels after the width multiple: the next multiple of the divisor that is not smaller. */
  static long divisibleUp(double value, int divisor) {
    return (long) (Math.ceil(value / divisor) * divisor);
  }

  /** The state of one expansion. */
  private final class Expansion {
    private final ModelDescription description;
    private final GraphBuilder builder = new GraphBuilder("Model");
    private final ModuleScope model = builder.root().child("model", "Sequential");
    private final Value image =
        builder.input(Shape.of(1, IMAGE_CHANNELS, NOMINAL_SIZE, NOMINAL_SIZE));
    private final List<List<Value>> outputs = new ArrayList<>();
    private final List<Plan> plans = new ArrayList<>();

    Expansion(ModelDescription description) {
      this.description = description;
    }

    Model run() {
      List<Row> rows = description.rows();
      if (rows.isEmpty() || !rows.get(rows.size() - 1).module().equals("Detect")) {
        throw new ModelException(description.source() + ": the last row must be a Detect module");
      }
      for (Row row : rows) {
        int index = outputs.size();
        outputs.add(inRow(index, row, () -> expand(index, row)));
      }
      int last = rows.size() - 1;
      List<Value> heads = outputs.get(last);
      DetectionHead head = inRow(last, rows.get(last), () -> head(heads));
      Graph graph = narrowed(builder.build(heads, head));
      return new Model(description, graph, modelRows(graph));
    }

    /** The rows say what a network is made of; how wide its convolutions are may be said apart. */
    private Graph narrowed(Graph graph) {
      try {
        return ChannelWidths.apply(graph, description.widths());
      } catch (IllegalArgumentException e) {
        throw new ModelException(
            "%s: widths: %s".formatted(description.source(), e.getMessage()), e);
      }
    }

    private List<Value> expand(int index, Row row) {
      ModuleType type = type(row);
      List<Value> inputs = inputs(index, row);
      int repeats = repeats(row.number(), description.depthMultiple());
      if (repeats > MAX_REPEATS) {
        throw new IllegalArgumentException(
            "a module can be repeated at most %d times, got %d".formatted(MAX_REPEATS, repeats));
      }
      Arguments arguments = new Arguments(row.module(), resolve(type, row, inputs, repeats));
      plans.add(new Plan(type, repeats, arguments));
      int chained = type.resolution() == Resolution.SCALED_WITH_REPEATS ? 1 : repeats;
      return declare(index, type, arguments, chained).outputs(inputs);
    }

    private <T> T inRow(int index, Row row, Supplier<T> step) {
      try {
        return step.get();
      } catch (IllegalArgumentException e) {
        throw new ModelException(
            "%s: row %d %s: %s".formatted(description.source(), index, row.text(), e.getMessage()),
            e);
      }
    }

    private Layer declare(int index, ModuleType type, Arguments arguments, int chained) {
      String name = String.valueOf(index);
      if (chained == 1) {
        return type.factory().create(model.child(name, type.treeType()), arguments);
      }
      ModuleScope list = model.child(name, "Sequential");
      List<Layer> layers = new ArrayList<>();
      for (int i = 0; i < chained; i++) {
        layers.add(
            type.factory().create(list.child(String.valueOf(i), type.treeType()), arguments));
      }
      return Layer.chain(layers);
    }

    private ModuleType type(Row row) {
      return registry
          .find(row.module())
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "unknown module %s; known are %s"
                          .formatted(
                              row.module(),
                              String.join(", ", registry.names().stream().sorted().toList()))));
    }

    private List<Value> inputs(int index, Row row) {
      List<Value> inputs = new ArrayList<>();
      for (int from : row.from()) {
        int source = from < 0 ? index + from : from;
        if (source == -1) {
          inputs.add(image);
        } else if (source < 0 || source >= index) {
          throw new IllegalArgumentException(
              "from %d must point to an earlier row: negative, or an index below %d"
                  .formatted(from, index));
        } else if (outputs.get(source).size() != 1) {
          throw new IllegalArgumentException("from %d points to a detection head".formatted(from));
        } else {
          inputs.add(outputs.get(source).get(0));
        }
      }
      return inputs;
    }

    private List<@Nullable Object> resolve(
        ModuleType type, Row row, List<Value> inputs, int repeats) {
      List<@Nullable Object> args = new ArrayList<>();
      for (Object argument : row.arguments()) {
        args.add(named(argument));
      }
      switch (type.resolution()) {
        case SCALED -> scale(row, args, inputs);
        case SCALED_WITH_REPEATS -> {
          scale(row, args, inputs);
          args.add(2, (long) repeats);
        }
        case UNSCALED -> args.add(0, channels(inputs));
        case INPUT_CHANNELS -> {
          args.clear();
          args.add(channels(inputs));
        }
        case AS_WRITTEN -> {}
        case DETECTION -> {
          if (args.size() > 1 && args.get(1) instanceof Number count) {
            args.set(1, new AnchorTable(count.intValue(), List.of()).values(inputs.size()));
          }
          args.add(inputs.stream().map(input -> (Object) (long) input.channels()).toList());
        }
      }
      return args;
    }

    private void scale(Row row, List<@Nullable Object> args, List<Value> inputs) {
      int written = new Arguments(row.module(), args).integer(0, "output channels");
      int headChannels = description.anchors().perLevel() * (description.classes() + 5);
      long scaled =
          written == headChannels ? written : divisibleUp(written * description.widthMultiple(), 8);
      args.set(0, scaled);
      args.add(0, channels(inputs));
    }

    private Object channels(List<Value> inputs) {
      if (inputs.size() != 1) {
        throw new IllegalArgumentException(
            "the module takes 1 input, got %d".formatted(inputs.size()));
      }
      return (long) inputs.get(0).channels();
    }

    private @Nullable Object named(@Nullable Object argument) {
      if (!(argument instanceof String name)) {
        return argument;
      }
      return switch (name) {
        case "nc" -> (long) description.classes();
        case "anchors" ->
            description.anchors().isPlaceholder()
                ? (Object) (long) description.anchors().perLevel()
                : description.anchors().levels();
        case "None" -> null;
        default -> name;
      };
    }

    private DetectionHead head(List<Value> heads) {
      Arguments arguments = plans.get(plans.size() - 1).arguments();
      List<Integer> strides = new ArrayList<>();
      List<List<Anchor>> anchors = new ArrayList<>();
      for (int i = 0; i < heads.size(); i++) {
        strides.add(stride(heads.get(i).shape()));
        anchors.add(AnchorTable.anchors(arguments.table(1, "anchors").get(i)));
      }
      if (ordersDiffer(strides, anchors)) {
        Collections.reverse(anchors);
      }
      List<Level> levels = new ArrayList<>();
      for (int i = 0; i < strides.size(); i++) {
        levels.add(new Level(strides.get(i), anchors.get(i)));
      }
      return new DetectionHead(arguments.integer(0, "nc"), levels);
    }

    private int stride(Shape head) {
      int stride = NOMINAL_SIZE / head.dim(2);
      if (stride * head.dim(2) != NOMINAL_SIZE || head.dim(2) != head.dim(3)) {
        throw new IllegalArgumentException(
            "the grid of a detection level must divide an image of %dx%d, got %dx%d"
                .formatted(NOMINAL_SIZE, NOMINAL_SIZE, head.dim(2), head.dim(3)));
      }
      return stride;
    }

    /** Anchors grow with the strides; a table in the other order is turned round. */
    private boolean ordersDiffer(List<Integer> strides, List<List<Anchor>> anchors) {
      int last = strides.size() - 1;
      Anchor firstAnchor = anchors.get(0).get(0);
      Anchor lastAnchor = anchors.get(last).get(anchors.get(last).size() - 1);
      float growth =
          lastAnchor.width() * lastAnchor.height() - firstAnchor.width() * firstAnchor.height();
      return Math.signum(growth) != Math.signum(strides.get(last) - strides.get(0)) && last > 0;
    }

    private List<ModelRow> modelRows(Graph graph) {
      List<ModuleNode> modules = graph.root().children().get(0).children();
      List<Row> rows = description.rows();
      List<ModelRow> expanded = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        Plan plan = plans.get(i);
        expanded.add(
            new ModelRow(
                i,
                rows.get(i),
                plan.repeats(),
                modules.get(i).trainableElements(),
                plan.type(),
                plan.arguments().values()));
      }
      return expanded;
    }
  }

  private record Plan(ModuleType type, int repeats, Arguments arguments) {}
}
