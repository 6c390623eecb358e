package io.yolo4j.runtime;

import io.yolo4j.graph.Add;
import io.yolo4j.graph.Concat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides how concatenations come about without a step of their own: what they join is written
 * straight into its channels where its step and all its readers can work on slices, and copied
 * there right after it was made where not, while it is in the caches. A concatenation whose last
 * part is a part of a merged convolution takes that one's tensor over, if the other parts aren't
 * needed any more by then.
 */
final class ConcatPlacement {
  /**
   * Channels of a concatenation.
   *
   * @param concat the id of its node
   * @param first the first channel
   */
  record Slot(int concat, int first) {}

  private final PlanGraph graph;
  private final boolean adopts;
  private final List<List<PlanNode>> readers;
  private final Map<Integer, Slot> direct = new HashMap<>();
  private final Map<Integer, List<Slot>> copies = new HashMap<>();
  private final Map<Integer, Map<Integer, Slot>> late = new HashMap<>();
  private final Map<Integer, Integer> adopted = new HashMap<>();
  private final Set<Integer> taken = new HashSet<>();

  private ConcatPlacement(PlanGraph graph, boolean adopts) {
    this.graph = graph;
    this.adopts = adopts;
    readers = graph.readers();
  }

  /**
   * Decides for a graph.
   *
   * @param adopts whether concatenations may take a merged convolution's tensor over
   */
  static ConcatPlacement of(PlanGraph graph, boolean adopts) {
    ConcatPlacement placement = new ConcatPlacement(graph, adopts);
    for (PlanNode node : graph.nodes()) {
      if (isConcat(node)) {
        placement.place(node);
      }
    }
    return placement;
  }

  static boolean isConcat(PlanNode node) {
    return node.op() instanceof PlanOp.Plain plain && plain.op() instanceof Concat;
  }

  /** Returns the channels that a node writes itself, by its id. */
  Map<Integer, Slot> direct() {
    return direct;
  }

  /** Returns where to copy a node's result right after it was made. */
  List<Slot> copiesOf(int node) {
    return copies.getOrDefault(node, List.of());
  }

  /** Returns what to copy in the concatenation's own place: node to channels. */
  Map<Integer, Slot> lateCopies(int concat) {
    return late.getOrDefault(concat, Map.of());
  }

  /** Returns the merged convolution whose tensor a concatenation takes over, by its id. */
  Map<Integer, Integer> adopted() {
    return adopted;
  }

  private void place(PlanNode concat) {
    int host = host(concat);
    if (host >= 0) {
      adopted.put(concat.id(), host);
      taken.add(host);
    }
    int first = 0;
    for (int input : concat.inputs()) {
      PlanNode part = graph.node(input);
      Slot slot = new Slot(concat.id(), first);
      if (!isPartOf(part, host, first)) {
        place(part, slot, host);
      }
      first += part.channels();
    }
  }

  private void place(PlanNode part, Slot slot, int host) {
    if (isDirect(part, slot.concat()) && (host < 0 || canOverwrite(part, slot, host))) {
      direct.put(part.id(), slot);
    } else if (host < 0) {
      copies.computeIfAbsent(part.id(), key -> new ArrayList<>()).add(slot);
    } else {
      late.computeIfAbsent(slot.concat(), key -> new HashMap<>()).put(part.id(), slot);
    }
  }

  /** Returns the merged convolution whose channels lie as the concatenation wants them, or −1. */
  private int host(PlanNode concat) {
    int first = 0;
    int host = -1;
    for (int input : concat.inputs()) {
      PlanNode part = graph.node(input);
      if (part.op() instanceof PlanOp.Channels channels && channels.first() == first) {
        host = part.inputs().get(0);
      }
      first += part.channels();
    }
    boolean fits =
        adopts
            && host >= 0
            // Its parts lie in its tensor, and may be read after this.
            && !isConcat(graph.node(host))
            && graph.node(host).channels() == concat.channels()
            && !taken.contains(host)
            && concat.inputs().stream().distinct().count() == concat.inputs().size()
            && partsAreReadBefore(host, concat);
    return fits ? host : -1;
  }

  /** Parts that the concatenation doesn't take are read before it; those it takes are in place. */
  private boolean partsAreReadBefore(int host, PlanNode concat) {
    for (PlanNode part : readers.get(host)) {
      if (!(part.op() instanceof PlanOp.Channels channels)) {
        return false;
      }
      if (concat.inputs().contains(part.id())) {
        int first = 0;
        for (int input : concat.inputs().subList(0, concat.inputs().indexOf(part.id()))) {
          first += graph.node(input).channels();
        }
        if (first != channels.first()) {
          return false;
        }
      } else if (readers.get(part.id()).stream().anyMatch(reader -> reader.id() > concat.id())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPartOf(PlanNode part, int host, int first) {
    return part.op() instanceof PlanOp.Channels channels
        && part.inputs().get(0) == host
        && channels.first() == first;
  }

  /** Whether a node can write into a concatenation: made by a step, read by steps that allow it. */
  private boolean isDirect(PlanNode part, int concat) {
    boolean made =
        part.op() instanceof PlanOp.Convolution
            || (part.op() instanceof PlanOp.Plain && Slices.canWrite(part) && !isConcat(part));
    List<PlanNode> others =
        readers.get(part.id()).stream().filter(reader -> reader.id() != concat).toList();
    boolean once = others.size() + 1 == readers.get(part.id()).size();
    return made
        && once
        && !graph.isOutput(part)
        && !direct.containsKey(part.id())
        && others.stream()
            .allMatch(reader -> !isConcat(reader) && Slices.canRead(reader, part.id()));
  }

  /** Whether what lies in the slot has been read when the node writes there. */
  private boolean canOverwrite(PlanNode part, Slot slot, int host) {
    boolean sums =
        part.op() instanceof PlanOp.Convolution
            || (part.op() instanceof PlanOp.Plain plain && plain.op() instanceof Add);
    return sums
        && readers.get(host).stream()
            .filter(other -> overlaps(other, slot, part.channels()))
            .allMatch(other -> isReadBefore(other, part, slot));
  }

  /** Or by the node itself, if each channel is written where it was read. */
  private boolean isReadBefore(PlanNode other, PlanNode part, Slot slot) {
    boolean same =
        ((PlanOp.Channels) other.op()).first() == slot.first()
            && other.channels() == part.channels();
    int last = same ? part.id() : part.id() - 1;
    return readers.get(other.id()).stream().allMatch(reader -> reader.id() <= last);
  }

  private static boolean overlaps(PlanNode channels, Slot slot, int count) {
    int from = ((PlanOp.Channels) channels.op()).first();
    return from < slot.first() + count && slot.first() < from + channels.channels();
  }

  /** Whether a node reads what lies where it is to write, so that a copy must come between. */
  boolean readsItsSlot(PlanNode node) {
    Slot slot = direct.get(node.id());
    if (slot == null || !adopted.containsKey(slot.concat())) {
      return false;
    }
    PlanNode x = graph.node(node.inputs().get(0));
    return x.op() instanceof PlanOp.Channels
        && x.inputs().get(0).equals(adopted.get(slot.concat()))
        && overlaps(x, slot, node.channels());
  }
}
