package io.yolo4j.model;

import io.yolo4j.graph.Add;
import io.yolo4j.graph.FromSequence;
import io.yolo4j.graph.Layer;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.ToSequence;
import io.yolo4j.graph.Value;
import java.util.ArrayList;
import java.util.List;

/** Transformer blocks without normalisation (Dosovitskiy et al. 2020). */
final class TransformerModules {
  private TransformerModules() {}

  /** Arguments c, heads. */
  static Layer layer(ModuleScope scope, Arguments args) {
    return layer(scope, args.integer(0, "c"), args.integer(1, "num_heads"));
  }

  /** Arguments c1, c2, heads, layers. */
  static Layer block(ModuleScope scope, Arguments args) {
    return block(
        scope,
        args.integer(0, "c1"),
        args.integer(1, "c2"),
        args.integer(2, "num_heads"),
        args.integer(3, "num_layers"));
  }

  private static Layer layer(ModuleScope scope, int channels, int heads) {
    Layer queries = scope.linear("q", channels, channels, false);
    Layer keys = scope.linear("k", channels, channels, false);
    Layer values = scope.linear("v", channels, channels, false);
    Layer attention = scope.attention("ma", channels, heads);
    Layer fc1 = scope.linear("fc1", channels, channels, false);
    Layer fc2 = scope.linear("fc2", channels, channels, false);
    return Layer.of(
        x -> {
          Value attended = attention.apply(queries.apply(x), keys.apply(x), values.apply(x));
          Value y = scope.emit(new Add(), attended, x);
          return scope.emit(new Add(), fc2.apply(fc1.apply(y)), y);
        });
  }

  /** Declares a block: Conv where the channels differ, a learned position embedding, the layers. */
  static Layer block(ModuleScope scope, int c1, int c2, int heads, int layers) {
    Layer conv = c1 == c2 ? Layer.chain(List.of()) : ConvModules.conv(scope, "conv", c1, c2, 1);
    if (layers > ModelBuilder.MAX_REPEATS) {
      throw new IllegalArgumentException(
          "a transformer block can have at most %d layers, got %d"
              .formatted(ModelBuilder.MAX_REPEATS, layers));
    }
    Layer embedding = scope.linear("linear", c2, c2, true);
    ModuleScope list = scope.child("tr", "Sequential");
    List<Layer> chain = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      chain.add(layer(list.child(String.valueOf(i), "TransformerLayer"), c2, heads));
    }
    Layer transformer = Layer.chain(chain);
    return Layer.of(
        x -> {
          Value map = conv.apply(x);
          Value sequence = scope.emit(new ToSequence(), map);
          Value embedded = scope.emit(new Add(), sequence, embedding.apply(sequence));
          return scope.emit(new FromSequence(), transformer.apply(embedded), map);
        });
  }
}
