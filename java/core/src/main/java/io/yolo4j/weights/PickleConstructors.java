package io.yolo4j.weights;

import io.yolo4j.graph.Shape;
import io.yolo4j.weights.CheckpointException.Reason;
import io.yolo4j.weights.TensorGeometry.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a pickle may construct: the short list of containers and tensors that checkpoints are made
 * of. A call of anything else is an error that names it; an unknown class that is only instantiated
 * becomes an inert {@link PickleObject}.
 */
final class PickleConstructors {
  private static final int MAX_RANK = 64;
  private static final long MAX_EXPANSION_BYTES = 64L << 20;
  private static final Set<String> PATHS =
      Set.of("PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath", "Path");
  private static final Set<String> OTHER_TENSORS =
      Set.of(
          "_rebuild_tensor_v3",
          "_rebuild_sparse_tensor",
          "_rebuild_qtensor",
          "_rebuild_nested_tensor",
          "_rebuild_meta_tensor_no_storage");

  /** Finds the bytes of a storage, or remembers it until they are read. */
  @FunctionalInterface
  interface Storages {
    PickledStorage storage(String key, DType dtype, long elements) throws IOException;
  }

  private final FileBytes file;
  private final PickleBudget budget;
  private final Storages storages;
  private final NumpyConstructors numpy;

  PickleConstructors(FileBytes file, PickleBudget budget, Storages storages) {
    this.file = file;
    this.budget = budget;
    this.storages = storages;
    this.numpy = new NumpyConstructors(file, budget);
  }

  /** REDUCE: calls a constructor of the list. */
  @Nullable Object reduce(PickleGlobal global, List<Object> args) throws CheckpointException {
    String name = global.qualifiedName();
    return switch (name) {
      case "collections.OrderedDict" -> orderedDict(args);
      case "__builtin__.set", "builtins.set", "__builtin__.frozenset", "builtins.frozenset" ->
          set(args);
      case "_codecs.encode" -> encode(args);
      case "torch.Size" -> size(args);
      case "torch.device" -> device(args);
      case "torch._utils._rebuild_tensor_v2" -> tensor(args);
      case "torch._utils._rebuild_parameter" -> argument(args, 0, PickledTensor.class, name);
      case "copy_reg._reconstructor", "copyreg._reconstructor" ->
          new PickleObject(
              argument(args, 0, PickleGlobal.class, name).qualifiedName(),
              args.subList(1, args.size()));
      default -> {
        if (NumpyConstructors.knows(name)) {
          yield numpy.reduce(name, args);
        }
        if (global.module().equals("pathlib") && PATHS.contains(global.name())) {
          yield new PickleObject(name, args);
        }
        throw forbidden(global);
      }
    };
  }

  /** NEWOBJ: makes an inert object; only ordered dictionaries are made for real. */
  Object instantiate(PickleGlobal global, List<Object> args) throws CheckpointException {
    return global.qualifiedName().equals("collections.OrderedDict")
        ? orderedDict(args)
        : new PickleObject(global.qualifiedName(), args);
  }

  /** INST and OBJ of protocol 0: a construction without arguments is inert, else a call. */
  @Nullable Object call(PickleGlobal global, List<Object> args) throws CheckpointException {
    return args.isEmpty() ? instantiate(global, args) : reduce(global, args);
  }

  /** BUILD: gives an object its state. */
  void build(@Nullable Object target, @Nullable Object state) throws CheckpointException {
    if (target instanceof PickleObject object) {
      object.setState(state);
    } else if (NumpyConstructors.isBuildable(target)) {
      numpy.build(target, state);
    } else if (!(target instanceof LinkedHashMap || target instanceof PickledTensor)) {
      // An OrderedDict or tensor may carry attributes such as _metadata; they are not needed.
      throw bad("state is given to an object, got " + PickleValues.describe(target));
    }
  }

  /** BINPERSID: a storage, or in the old form a module class with its source text. */
  Object persistent(List<Object> id) throws CheckpointException {
    if (id.size() >= 2 && "module".equals(id.get(0)) && id.get(1) instanceof PickleGlobal type) {
      return type; // the source text that follows is not looked at
    }
    if (id.size() < 5
        || !"storage".equals(id.get(0))
        || !(id.get(1) instanceof PickleGlobal type)
        || !(id.get(2) instanceof String key)
        || !(id.get(4) instanceof Long elements)) {
      throw bad("a persistent id must be ('storage', class, key, device, elements)");
    }
    if (id.size() > 5 && id.get(5) != null) {
      throw file.failure(
          Reason.UNSUPPORTED, "storage %s is a view of another storage".formatted(show(key)));
    }
    if (!key.matches("[0-9]{1,20}")) {
      throw bad("a storage key must consist of digits, got " + show(key));
    }
    DType dtype = storageType(type);
    if (elements < 0 || elements > Long.MAX_VALUE / 8) {
      throw file.failure(
          Reason.BAD_TENSOR_GEOMETRY,
          "storage %s must have 0 or more elements, got %d".formatted(key, elements));
    }
    try {
      return storages.storage(key, dtype, elements);
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw file.failure(Reason.TRUNCATED, "storage " + key + " can't be read: " + e.getMessage());
    }
  }

  /** Pays for an entry and checks that the key can be hashed in bounded time. */
  void requireKey(@Nullable Object key, int sizeOfContainer) throws CheckpointException {
    if (!PickleValues.isKey(key)) {
      throw bad("a key must be immutable, simple and short, got " + PickleValues.describe(key));
    }
    if (!(key instanceof String)) {
      budget.spendOtherKey(sizeOfContainer);
    }
    budget.spend(PickleBudget.OBJECT_BYTES);
  }

  void addAll(Set<Object> set, Collection<?> items) throws CheckpointException {
    for (Object item : items) {
      requireKey(item, set.size());
      set.add(item);
    }
  }

  private DType storageType(PickleGlobal type) throws CheckpointException {
    String name = type.name();
    DType dtype = type.module().equals("torch") ? DType.ofStorageClass(name).orElse(null) : null;
    if (dtype != null) {
      return dtype;
    }
    if (name.startsWith("Complex") || name.startsWith("Q") || name.startsWith("Untyped")) {
      throw file.failure(
          Reason.UNSUPPORTED,
          "tensors must be of type %s, got complex, quantized or untyped %s"
              .formatted(List.of(DType.values()), show(type.qualifiedName())));
    }
    throw forbidden(type);
  }

  private PickledTensor tensor(List<Object> args) throws CheckpointException {
    String name = "torch._utils._rebuild_tensor_v2";
    PickledStorage storage = argument(args, 0, PickledStorage.class, name);
    long offset = argument(args, 1, Long.class, name);
    budget.spend(2L * PickleBudget.OBJECT_BYTES * argument(args, 2, List.class, name).size());
    List<Long> sizes = longs(argument(args, 2, List.class, name));
    List<Long> strides = longs(argument(args, 3, List.class, name));
    String given =
        "sizes %s, strides %s, offset %d, storage %s of %d elements"
            .formatted(sizes, strides, offset, storage.key(), storage.elements());
    Shape shape = TensorGeometry.shape(sizes).orElse(null);
    if (shape == null
        || sizes.size() != strides.size()
        || offset < 0
        || strides.stream().anyMatch(stride -> stride < 0)) {
      throw file.failure(
          Reason.BAD_TENSOR_GEOMETRY,
          "a tensor must have as many strides as sizes, none negative or huge, got " + given);
    }
    if (TensorGeometry.extent(shape, strides, offset) > storage.elements()) {
      throw file.failure(
          Reason.STORAGE_TOO_SHORT, "a tensor must lie within its storage, got " + given);
    }
    long bytes = shape.elements() * storage.dtype().bytes();
    if (bytes > storage.byteSize() + MAX_EXPANSION_BYTES) {
      throw file.failure(
          Reason.BAD_TENSOR_GEOMETRY,
          "a tensor may be at most %d bytes larger than its storage, got %s"
              .formatted(MAX_EXPANSION_BYTES, given));
    }
    if (bytes > Integer.MAX_VALUE) {
      throw file.failure(Reason.UNSUPPORTED, "a tensor must be smaller than 2 GiB, got " + given);
    }
    return new PickledTensor(storage, new Layout(shape, List.copyOf(strides), offset));
  }

  private List<Long> longs(List<?> values) throws CheckpointException {
    if (values.size() > MAX_RANK) {
      throw file.failure(
          Reason.BAD_TENSOR_GEOMETRY,
          "a tensor must have at most %d dimensions, got %d".formatted(MAX_RANK, values.size()));
    }
    List<Long> longs = new ArrayList<>();
    for (Object value : values) {
      if (!(value instanceof Long number)) {
        throw file.failure(
            Reason.BAD_TENSOR_GEOMETRY,
            "sizes and strides must be integers, got " + PickleValues.describe(value));
      }
      longs.add(number);
    }
    return longs;
  }

  private Map<Object, Object> orderedDict(List<Object> args) throws CheckpointException {
    Map<Object, Object> dict = new LinkedHashMap<>();
    if (!args.isEmpty()) {
      for (Object pair : argument(args, 0, List.class, "collections.OrderedDict")) {
        if (!(pair instanceof List<?> entry) || entry.size() != 2) {
          throw bad("an OrderedDict must be made of pairs, got " + PickleValues.describe(pair));
        }
        requireKey(entry.get(0), dict.size());
        dict.put(entry.get(0), entry.get(1));
      }
    }
    return dict;
  }

  private Set<Object> set(List<Object> args) throws CheckpointException {
    Set<Object> set = new LinkedHashSet<>();
    if (!args.isEmpty()) {
      addAll(set, argument(args, 0, List.class, "set"));
    }
    return set;
  }

  private byte[] encode(List<Object> args) throws CheckpointException {
    String text = argument(args, 0, String.class, "_codecs.encode");
    if (args.size() > 1 && !"latin1".equals(args.get(1))) {
      throw bad("_codecs.encode must have the encoding latin1, got " + show(args.get(1)));
    }
    budget.spend(text.length());
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private List<Object> size(List<Object> args) throws CheckpointException {
    List<?> dims = argument(args, 0, List.class, "torch.Size");
    budget.spend(8L * dims.size());
    return Collections.unmodifiableList(new ArrayList<Object>(dims));
  }

  private String device(List<Object> args) throws CheckpointException {
    String type = argument(args, 0, String.class, "torch.device");
    budget.spend(2L * type.length());
    return args.size() > 1 && args.get(1) instanceof Long index ? type + ":" + index : type;
  }

  private <T> T argument(List<Object> args, int index, Class<T> type, String function)
      throws CheckpointException {
    Object value = index < args.size() ? args.get(index) : null;
    if (!type.isInstance(value)) {
      throw bad(
          "argument %d of %s must be a %s, got %s"
              .formatted(index, function, type.getSimpleName(), PickleValues.describe(value)));
    }
    return type.cast(value);
  }

  private CheckpointException forbidden(PickleGlobal global) {
    if (global.module().equals("torch._utils") && OTHER_TENSORS.contains(global.name())) {
      return file.failure(
          Reason.UNSUPPORTED,
          "tensors must be dense and of a common type, got one made by "
              + show(global.qualifiedName()));
    }
    return file.failure(
        Reason.FORBIDDEN_GLOBAL,
        "a pickle may only construct tensors and containers, it names "
            + show(global.qualifiedName())
            + "; nothing was executed");
  }

  private static String show(@Nullable Object value) {
    return PickleValues.describe(value);
  }

  private CheckpointException bad(String detail) {
    return file.failure(Reason.BAD_PICKLE, "bad pickle: " + detail);
  }
}
