package io.yolo4j.weights;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pickle machine, protocols 0 to 5: a stack of values, marks that separate groups on it, and a
 * memo. It only builds data; what REDUCE and BUILD may do is decided by {@link PickleConstructors}.
 * There is no recursion, so nesting is limited by the stack cap alone.
 *
 * <p>Values: None is null, bool Boolean, int Long or BigInteger, float Double, str String, bytes
 * byte[], list ArrayList, tuple an unmodifiable List, dict and OrderedDict LinkedHashMap, set
 * LinkedHashSet.
 */
final class Unpickler {
  private final PickleInput in;
  private final PickleBudget budget;
  private final PickleConstructors constructors;
  private final List<@Nullable Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Long, @Nullable Object> memo = new HashMap<>();

  Unpickler(PickleInput in, PickleBudget budget, PickleConstructors constructors) {
    this.in = in;
    this.budget = budget;
    this.constructors = constructors;
  }

  /** Runs to the STOP opcode and returns the value on the stack. */
  @Nullable Object load() throws CheckpointException {
    while (true) {
      int opcode = in.unsignedByte();
      if (opcode == '.') {
        return pop();
      }
      if (!literal(opcode) && !container(opcode) && !memory(opcode) && !object(opcode)) {
        throw in.failure("opcode 0x%02x is not known or not allowed".formatted(opcode));
      }
    }
  }

  /** Opcodes that push a value written in the pickle. */
  private boolean literal(int opcode) throws CheckpointException {
    switch (opcode) {
      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) in.unsignedByte());
      case 'M' -> push((long) in.unsignedShort());
      case 'J' -> push((long) in.signedInt());
      case 'I' -> push(integerOrBoolean(in.line()));
      case 'L' -> push(in.decimal(in.line()));
      case 0x8a -> push(in.integer(in.unsignedByte()));
      case 0x8b -> push(in.integer(in.unsignedInt()));
      case 'F' -> push(decimalFraction(in.line()));
      case 'G' -> push(in.bigEndianDouble());
      case 'S' -> push(unquote(in.line()));
      case 'T' -> push(in.text(in.unsignedInt(), StandardCharsets.ISO_8859_1));
      case 'U' -> push(in.text(in.unsignedByte(), StandardCharsets.ISO_8859_1));
      case 'V' -> push(in.escapedLine());
      case 'X' -> push(in.text(in.unsignedInt(), StandardCharsets.UTF_8));
      case 0x8c -> push(in.text(in.unsignedByte(), StandardCharsets.UTF_8));
      case 0x8d -> push(in.text(in.length8(), StandardCharsets.UTF_8));
      case 'C' -> push(in.bytes(in.unsignedByte()));
      case 'B' -> push(in.bytes(in.unsignedInt()));
      case 0x8e, 0x96 -> push(in.bytes(in.length8()));
      default -> {
        return false;
      }
    }
    budget.spend(PickleBudget.OBJECT_BYTES / 2);
    return true;
  }

  /** Opcodes that create or fill a container. */
  private boolean container(int opcode) throws CheckpointException {
    switch (opcode) {
      case '(' -> marks.add(stack.size());
      case ')' -> push(List.of());
      case 0x85 -> pushTuple(popLast(1));
      case 0x86 -> pushTuple(popLast(2));
      case 0x87 -> pushTuple(popLast(3));
      case 't' -> pushTuple(popToMark());
      case ']' -> push(new ArrayList<>());
      case 'l' -> push(popToMark());
      case 'a' -> append(popLast(1));
      case 'e' -> append(popToMark());
      case '}' -> push(new LinkedHashMap<>());
      case 'd' -> {
        List<@Nullable Object> items = popToMark();
        push(new LinkedHashMap<>());
        putItems(items);
      }
      case 's' -> putItems(popLast(2));
      case 'u' -> putItems(popToMark());
      case 0x8f -> push(new LinkedHashSet<>());
      case 0x90 -> addItems(popToMark());
      case 0x91 -> {
        List<@Nullable Object> items = popToMark();
        push(new LinkedHashSet<>());
        addItems(items);
      }
      default -> {
        return false;
      }
    }
    budget.spend(PickleBudget.OBJECT_BYTES);
    return true;
  }

  /** Opcodes of the memo, the stack itself and the framing. */
  private boolean memory(int opcode) throws CheckpointException {
    switch (opcode) {
      case 'p' -> memoize(memoIndex(in.line()));
      case 'q' -> memoize(in.unsignedByte());
      case 'r' -> memoize(in.unsignedInt());
      case 0x94 -> memoize(memo.size());
      case 'g' -> push(recall(memoIndex(in.line())));
      case 'h' -> push(recall(in.unsignedByte()));
      case 'j' -> push(recall(in.unsignedInt()));
      case '0' -> {
        if (!marks.isEmpty() && stack.size() == floor()) {
          marks.remove(marks.size() - 1);
        } else {
          pop();
        }
      }
      case '1' -> popToMark();
      case '2' -> push(top());
      case 0x80 -> {
        int protocol = in.unsignedByte();
        if (protocol > 5) {
          throw in.failure("the protocol must be at most 5, got " + protocol);
        }
      }
      case 0x95 -> in.length8(); // a frame only helps buffering
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Opcodes that name a class or say how to make an object of it. */
  private boolean object(int opcode) throws CheckpointException {
    switch (opcode) {
      case 'c' -> push(new PickleGlobal(in.line(), in.line()));
      case 0x93 -> {
        String name = pop(String.class);
        push(new PickleGlobal(pop(String.class), name));
      }
      case 'R' -> {
        List<Object> args = popSequence();
        push(constructors.reduce(pop(PickleGlobal.class), args));
      }
      case 0x81 -> {
        List<Object> args = popSequence();
        push(constructors.instantiate(pop(PickleGlobal.class), args));
      }
      case 0x92 -> {
        Map<?, ?> named = pop(Map.class);
        if (!named.isEmpty()) {
          throw in.failure("NEWOBJ_EX must have no named arguments, got " + named.size());
        }
        List<Object> args = popSequence();
        push(constructors.instantiate(pop(PickleGlobal.class), args));
      }
      case 'i' -> {
        PickleGlobal global = new PickleGlobal(in.line(), in.line());
        push(constructors.call(global, objects(popToMark())));
      }
      case 'o' -> {
        List<Object> args = objects(popToMark());
        if (args.isEmpty() || !(args.get(0) instanceof PickleGlobal global)) {
          throw in.failure("OBJ must have a class");
        }
        push(constructors.call(global, args.subList(1, args.size())));
      }
      case 'b' -> {
        Object state = pop();
        constructors.build(top(), state);
      }
      case 'Q' -> push(constructors.persistent(popSequence()));
      default -> {
        return false;
      }
    }
    budget.spend(2 * PickleBudget.OBJECT_BYTES);
    return true;
  }

  private void append(List<@Nullable Object> values) throws CheckpointException {
    budget.spend(8L * values.size());
    Object target = top();
    if (target instanceof PickleObject object) {
      object.mutableElements().addAll(objects(values));
    } else if (target instanceof List<?> list && PickleValues.isMutableList(list)) {
      asObjects(list).addAll(objects(values));
    } else {
      throw in.failure("elements are appended to a list, got " + PickleValues.describe(target));
    }
  }

  private void putItems(List<@Nullable Object> items) throws CheckpointException {
    Object target = top();
    Map<Object, Object> map;
    if (target instanceof PickleObject object) {
      map = object.mutableItems();
    } else if (target instanceof LinkedHashMap<?, ?> dict) {
      map = asMap(dict);
    } else {
      throw in.failure("items are put into a dict, got " + PickleValues.describe(target));
    }
    if (items.size() % 2 != 0) {
      throw in.failure("items must be pairs, got " + items.size() + " values");
    }
    for (int i = 0; i < items.size(); i += 2) {
      constructors.requireKey(items.get(i), map.size());
      map.put(items.get(i), items.get(i + 1));
    }
  }

  private void addItems(List<@Nullable Object> items) throws CheckpointException {
    if (!(top() instanceof LinkedHashSet<?> set)) {
      throw in.failure("items are added to a set, got " + PickleValues.describe(top()));
    }
    constructors.addAll(asSet(set), items);
  }

  private void memoize(long index) throws CheckpointException {
    budget.spend(PickleBudget.OBJECT_BYTES);
    memo.put(index, top());
  }

  private @Nullable Object recall(long index) throws CheckpointException {
    Object value = memo.get(index);
    if (value == null && !memo.containsKey(index)) {
      throw in.failure("memo entry %d is read before it is written".formatted(index));
    }
    return value;
  }

  private long memoIndex(String line) throws CheckpointException {
    return in.decimal(line) instanceof Long index ? index : -1;
  }

  private int floor() {
    return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
  }

  private void push(@Nullable Object value) throws CheckpointException {
    stack.add(value);
    budget.requireStack(stack.size() + marks.size());
  }

  private void pushTuple(List<@Nullable Object> elements) throws CheckpointException {
    push(Collections.unmodifiableList(elements));
  }

  private @Nullable Object pop() throws CheckpointException {
    top();
    return stack.remove(stack.size() - 1);
  }

  private <T> T pop(Class<T> type) throws CheckpointException {
    Object value = pop();
    if (!type.isInstance(value)) {
      throw in.failure(
          "a %s must lie on the stack, got %s"
              .formatted(type.getSimpleName(), PickleValues.describe(value)));
    }
    return type.cast(value);
  }

  private List<Object> popSequence() throws CheckpointException {
    return asObjects(pop(List.class));
  }

  private @Nullable Object top() throws CheckpointException {
    if (stack.size() <= floor()) {
      throw in.failure("the stack must not be empty here");
    }
    return stack.get(stack.size() - 1);
  }

  private List<@Nullable Object> popLast(int count) throws CheckpointException {
    if (stack.size() - floor() < count) {
      throw in.failure("the stack must have %d values here".formatted(count));
    }
    return cut(stack.size() - count);
  }

  private List<@Nullable Object> popToMark() throws CheckpointException {
    if (marks.isEmpty()) {
      throw in.failure("there must be a mark on the stack");
    }
    return cut(marks.remove(marks.size() - 1));
  }

  private List<@Nullable Object> cut(int from) throws CheckpointException {
    List<@Nullable Object> tail = stack.subList(from, stack.size());
    budget.spend(8L * tail.size());
    List<@Nullable Object> values = new ArrayList<>(tail);
    tail.clear();
    return values;
  }

  /** Protocol 0 and 1 write booleans as the integers 00 and 01. */
  private Object integerOrBoolean(String line) throws CheckpointException {
    return line.equals("00") || line.equals("01") ? (Object) line.equals("01") : in.decimal(line);
  }

  private double decimalFraction(String line) throws CheckpointException {
    try {
      return switch (line) {
        case "nan" -> Double.NaN;
        case "inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        default -> Double.parseDouble(line);
      };
    } catch (NumberFormatException e) {
      throw in.failure("a float must be a decimal number, got " + PickleValues.describe(line));
    }
  }

  private String unquote(String line) throws CheckpointException {
    int last = line.length() - 1;
    if (last < 1 || line.charAt(0) != line.charAt(last) || line.indexOf('\\') >= 0) {
      throw in.failure(
          "a string must be quoted and without escapes, got " + PickleValues.describe(line));
    }
    return line.substring(1, last);
  }

  // The values of a pickle are of any type and may be null; the generic types can't say so.
  @SuppressWarnings("unchecked")
  private static List<Object> asObjects(List<?> list) {
    return (List<Object>) list;
  }

  @SuppressWarnings({"unchecked", "NullAway"})
  private static List<Object> objects(List<@Nullable Object> list) {
    return (List<Object>) (List<?>) list;
  }

  @SuppressWarnings("unchecked")
  private static Map<Object, Object> asMap(Map<?, ?> map) {
    return (Map<Object, Object>) map;
  }

  @SuppressWarnings("unchecked")
  private static Set<Object> asSet(Set<?> set) {
    return (Set<Object>) set;
  }
}
