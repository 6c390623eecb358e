package io.yolo4j.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A module in the tree beside the operations: containers, identities and shared activations too, as
 * PyTorch would list them.
 *
 * @param name its name inside its parent, for example {@code cv1}; empty for the root
 * @param path its full path, for example {@code model.9.cv1}; empty for the root
 * @param type its type, for example {@code Conv}
 * @param parameters its own parameters and buffers in state-dictionary order, without those of its
 *     children
 * @param children its children in the order of registration
 * @param sharedWith path of the module that this name is a second name of; such an entry has no
 *     parameters or children
 */
public record ModuleNode(
    String name,
    String path,
    String type,
    List<Parameter> parameters,
    List<ModuleNode> children,
    Optional<String> sharedWith) {

  /** Copies the lists. */
  public ModuleNode {
    parameters = List.copyOf(parameters);
    children = List.copyOf(children);
  }

  /**
   * Returns this module and everything below it, depth first, second names of shared modules
   * included.
   */
  public Stream<ModuleNode> walk() {
    return Stream.concat(Stream.of(this), children.stream().flatMap(ModuleNode::walk));
  }

  /** Returns all parameters and buffers in state-dictionary order. */
  public List<Parameter> allParameters() {
    return walk().flatMap(module -> module.parameters.stream()).toList();
  }

  /** Returns the number of modules, this one included, a shared module counted once. */
  public int moduleCount() {
    return (int) walk().filter(module -> module.sharedWith.isEmpty()).count();
  }

  /** Returns the number of elements of all trainable parameters. */
  public long trainableElements() {
    return allParameters().stream()
        .filter(parameter -> parameter.role().trainable())
        .mapToLong(Parameter::elements)
        .sum();
  }

  /** Returns a copy with other children. */
  public ModuleNode withChildren(List<ModuleNode> replaced) {
    return new ModuleNode(name, path, type, parameters, replaced, sharedWith);
  }

  /** Returns a copy with other parameters. */
  public ModuleNode withParameters(List<Parameter> replaced) {
    return new ModuleNode(name, path, type, replaced, children, sharedWith);
  }
}
