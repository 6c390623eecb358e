package io.yolo4j.model;

import io.yolo4j.model.ModuleType.Resolution;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The modules that description files may name. Immutable; users add their own:
 *
 * <pre>{@code
 * ModuleRegistry registry = ModuleRegistry.standard().with(ModuleType.scaled("MyBlock", (scope, args) -> …));
 * Model model = new ModelBuilder(registry).build(ModelDescription.read(file));
 * }</pre>
 */
public final class ModuleRegistry {
  private static final String COMMON = "models.common.";
  private static final String TORCH = "torch.nn.modules.";
  private static final ModuleRegistry STANDARD = new ModuleRegistry(standardTypes());

  private final Map<String, ModuleType> types;

  private ModuleRegistry(Map<String, ModuleType> types) {
    this.types = types;
  }

  /**
   * Returns the modules of YOLOv5 v5.0 and v6.0, the PyTorch modules that their files use, and
   * those of MobileNetV3, ShuffleNetV2, GhostNet and EfficientNet-lite.
   */
  public static ModuleRegistry standard() {
    return STANDARD;
  }

  /**
   * Returns this registry with one more module.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public ModuleRegistry with(ModuleType type) {
    Map<String, ModuleType> extended = new LinkedHashMap<>(types);
    if (extended.putIfAbsent(type.name(), type) != null) {
      throw new IllegalArgumentException(
          "a module named %s is registered already".formatted(type.name()));
    }
    return new ModuleRegistry(extended);
  }

  /** Returns the module of that name. */
  public Optional<ModuleType> find(String name) {
    return Optional.ofNullable(types.get(name));
  }

  /** Returns all names. */
  public Set<String> names() {
    return Set.copyOf(types.keySet());
  }

  private static Map<String, ModuleType> standardTypes() {
    Map<String, ModuleType> types = new LinkedHashMap<>();
    common(types, "Conv", Resolution.SCALED, ConvModules::conv);
    common(types, "DWConv", Resolution.SCALED, ConvModules::depthwiseConv);
    common(types, "Focus", Resolution.SCALED, ConvModules::focus);
    common(types, "Bottleneck", Resolution.SCALED, ConvModules::bottleneck);
    common(types, "CrossConv", Resolution.SCALED, ConvModules::crossConv);
    common(types, "GhostConv", Resolution.SCALED, ConvModules::ghostConv);
    common(types, "GhostBottleneck", Resolution.SCALED, ConvModules::ghostBottleneck);
    common(types, "MixConv2d", Resolution.SCALED, ConvModules::mixConv);
    common(types, "SPP", Resolution.SCALED, StageModules::spatialPyramid);
    common(types, "SPPF", Resolution.SCALED, StageModules::spatialPyramidFast);
    common(types, "C3SPP", Resolution.SCALED, StageModules::c3SpatialPyramid);
    common(types, "C3", Resolution.SCALED_WITH_REPEATS, StageModules::c3);
    common(types, "C3TR", Resolution.SCALED_WITH_REPEATS, StageModules::c3Transformer);
    common(types, "C3Ghost", Resolution.SCALED_WITH_REPEATS, StageModules::c3Ghost);
    common(types, "BottleneckCSP", Resolution.SCALED_WITH_REPEATS, StageModules::bottleneckCsp);
    common(types, "TransformerBlock", Resolution.SCALED, TransformerModules::block);
    common(types, "TransformerLayer", Resolution.AS_WRITTEN, TransformerModules::layer);
    common(types, "Concat", Resolution.AS_WRITTEN, PlainModules::concat);
    common(types, "Contract", Resolution.AS_WRITTEN, PlainModules::contract);
    common(types, "Expand", Resolution.AS_WRITTEN, PlainModules::expand);
    common(types, "Sum", Resolution.AS_WRITTEN, PlainModules::sum);
    torch(types, "conv.Conv2d", Resolution.AS_WRITTEN, PlainModules::conv2d);
    torch(types, "conv.ConvTranspose2d", Resolution.AS_WRITTEN, PlainModules::convTranspose2d);
    torch(types, "batchnorm.BatchNorm2d", Resolution.INPUT_CHANNELS, PlainModules::batchNorm);
    torch(types, "upsampling.Upsample", Resolution.AS_WRITTEN, PlainModules::upsample);
    torch(types, "pooling.MaxPool2d", Resolution.AS_WRITTEN, PlainModules::maxPool);
    torch(types, "padding.ZeroPad2d", Resolution.AS_WRITTEN, PlainModules::zeroPad);
    mobileNet(types, "ConvBNACT", Resolution.UNSCALED, MobileNetModules::convBnAct);
    mobileNet(types, "SE", Resolution.INPUT_CHANNELS, MobileNetModules::squeezeExcite);
    mobileNet(types, "InvertedResidual", Resolution.UNSCALED, MobileNetModules::invertedResidual);
    mobileNet(types, "FirstLayer", Resolution.UNSCALED, MobileNetModules::firstLayer);
    own(types, "ShuffleUnit", ShuffleNetModules::unit);
    own(types, "GhostNetBottleneck", GhostNetModules::bottleneck);
    own(types, "MBConv", EfficientNetModules::block);
    add(types, "Detect", "models.yolo.Detect", Resolution.DETECTION, PlainModules::detect);
    return types;
  }

  private static void common(
      Map<String, ModuleType> types,
      String name,
      Resolution resolution,
      ModuleType.Factory factory) {
    add(types, name, COMMON + name, resolution, factory);
  }

  private static void torch(
      Map<String, ModuleType> types,
      String path,
      Resolution resolution,
      ModuleType.Factory factory) {
    String name = "nn." + path.substring(path.indexOf('.') + 1);
    add(types, name, TORCH + path, resolution, factory);
  }

  private static void mobileNet(
      Map<String, ModuleType> types,
      String name,
      Resolution resolution,
      ModuleType.Factory factory) {
    String prefixed = MobileNetModules.PREFIX + name;
    add(types, prefixed, COMMON + prefixed, resolution, factory);
    add(types, name, COMMON + prefixed, resolution, factory);
  }

  /** A module that the Python reference doesn't have. */
  private static void own(Map<String, ModuleType> types, String name, ModuleType.Factory factory) {
    add(types, name, name, Resolution.UNSCALED, factory);
  }

  private static void add(
      Map<String, ModuleType> types,
      String name,
      String pythonName,
      Resolution resolution,
      ModuleType.Factory factory) {
    types.put(name, new ModuleType(name, pythonName, resolution, factory));
  }
}
