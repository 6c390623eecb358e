package io.yolo4j.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The arrows between packages. A new package enters {@link #ARROWS} with what it may import, or the
 * test fails. Rules allow packages that don't exist yet.
 */
final class ArchitectureTest {
  /** What every package may import; it imports nothing itself. */
  private static final String FILES = "files";

  /** Package → the packages of this project that it may import, besides {@link #FILES}. */
  private static final Map<String, List<String>> ARROWS =
      new TreeMap<>(
          Map.ofEntries(
              entry(FILES, List.of()),
              entry("bindings", List.of()),
              entry("graph", List.of()),
              entry("model", List.of("graph")),
              entry("weights", List.of("graph")),
              entry("export", List.of("graph", "weights")),
              entry("kernels", List.of("bindings")),
              entry("runtime", List.of("graph", "weights", "kernels", "bindings")),
              entry("image", List.of("kernels")),
              entry("detect", List.of("graph", "model", "weights", "runtime", "image", "kernels")),
              entry("data", List.of("image")),
              entry("synth", List.of("data", "image")),
              entry("eval", List.of("graph", "data", "detect", "runtime", "image")),
              entry("profile", List.of("graph", "runtime", "kernels")),
              entry("torch", List.of("graph", "weights", "kernels", "runtime")),
              entry("augment", List.of("data", "image", "kernels")),
              entry("loss", List.of("graph", "torch")),
              entry(
                  "train",
                  List.of(
                      "graph", "model", "weights", "runtime", "detect", "data", "eval", "image",
                      "torch", "augment", "loss")),
              entry(
                  "study",
                  List.of(
                      "graph", "model", "weights", "runtime", "profile", "detect", "data", "eval",
                      "torch", "train")),
              entry(
                  "lighten",
                  List.of(
                      "graph", "model", "weights", "runtime", "detect", "data", "eval", "profile",
                      "torch", "train")),
              entry("draw", List.of("graph", "model", "profile")),
              entry(
                  "report",
                  List.of(
                      "graph", "model", "draw", "profile", "detect", "data", "eval", "image",
                      "loss", "train", "study", "lighten")),
              entry("cli", List.of("*"))));

  private static final Set<String> TRAIN =
      Set.of("torch", "augment", "loss", "train", "study", "lighten");

  /** The packages that may touch JavaCPP's classes; all of them close what they open. */
  private static final Set<String> NATIVE =
      Set.of("bindings", "kernels", "runtime", "image", "torch", "augment", "loss", "train");

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.yolo4j");

  @Test
  void import_findsTheProduct() {
    // Guards the rules: on an empty class path all of them would hold.
    assertThat(PRODUCT.contain("io.yolo4j.graph.Shape")).isTrue();
    assertThat(PRODUCT.contain("io.yolo4j.kernels.NativeLibrary")).isTrue();
    assertThat(PRODUCT.contain("io.yolo4j.testing.Closeness")).isFalse();
  }

  @Test
  void packages_areKnown() {
    classes()
        .should()
        .resideInAnyPackage(packages(ARROWS.keySet().stream()))
        .because("a new package enters ARROWS with what it may import")
        .check(PRODUCT);
  }

  @TestFactory
  Stream<DynamicTest> packages_importOnlyWhatTheArrowsAllow() {
    return ARROWS.entrySet().stream()
        .filter(arrow -> !arrow.getValue().contains("*"))
        .map(
            arrow ->
                DynamicTest.dynamicTest(
                    arrow.getKey(), () -> checkArrow(arrow.getKey(), arrow.getValue())));
  }

  private static void checkArrow(String name, List<String> mayImport) {
    String[] allowed = packages(Stream.concat(allowedAnyway(name), mayImport.stream()));
    noClasses()
        .that()
        .resideInAPackage(packageOf(name))
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.yolo4j..")
                .and(not(resideInAnyPackage(allowed)))
                .as("reside in other packages than %s", List.of(allowed)))
        .allowEmptyShould(true)
        .check(PRODUCT);
  }

  private static Stream<String> allowedAnyway(String name) {
    return name.equals(FILES) ? Stream.of(FILES) : Stream.of(name, FILES);
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("io.yolo4j.(*)..").should().beFreeOfCycles().check(PRODUCT);
  }

  @Test
  void javaCpp_isUsedOnlyByTheNativePackages() {
    noClasses()
        .that()
        .resideInAnyPackage(packages(ARROWS.keySet().stream().filter(p -> !NATIVE.contains(p))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(PRODUCT);
  }

  @Test
  void javaCpp_isInNoPublicSignatureOfCore() {
    classes()
        .that()
        .resideInAnyPackage(core())
        .should(keepJavaCppOutOfTheirSignatures())
        .check(PRODUCT);
  }

  @Test
  void library_doesNotPrint() {
    noClasses()
        .that()
        .resideInAnyPackage(library())
        .should(ACCESS_STANDARD_STREAMS)
        .because("output belongs to the application; the library throws or logs")
        .check(PRODUCT);
  }

  @Test
  void library_logsBySlf4jOnly() {
    noClasses()
        .that()
        .resideInAnyPackage(library())
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.logging..")
        .check(PRODUCT);
  }

  @Test
  void core_knowsNoNetwork() {
    knowNoNetwork(
        core(), "an edge device may have no network, and nobody expects a library to use it");
  }

  @Test
  void commands_knowNoNetwork() {
    // Network streams are opened by FFmpeg, at the user's word.
    knowNoNetwork(
        packages(Stream.of("cli", "report", "draw")),
        "commands and pages work on files alone, and nothing is ever downloaded");
  }

  private static void knowNoNetwork(String[] packages, String reason) {
    noClasses()
        .that()
        .resideInAnyPackage(packages)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net.http..", "javax.net..", "java.rmi..")
        .orShould()
        .dependOnClassesThat(
            resideInAPackage("java.net")
                // Names of files and characters in them, no connections.
                .and(
                    not(
                        nameMatching(
                            "java\\.net\\.(URI|URISyntaxException|URLDecoder|URLEncoder)")))
                .as("open connections"))
        .orShould()
        .dependOnClassesThat(nameMatching("java\\.nio\\.channels\\.(.*Socket.*|DatagramChannel.*)"))
        .because(reason)
        .check(PRODUCT);
  }

  @Test
  void core_knowsNoLibTorch() {
    noClasses()
        .that()
        .resideInAnyPackage(core())
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco.pytorch..")
        .because("applications that detect don't carry LibTorch")
        .check(PRODUCT);
  }

  private static ArchCondition<JavaClass> keepJavaCppOutOfTheirSignatures() {
    return new ArchCondition<>("keep org.bytedeco out of public and protected signatures") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (!isExposed(type)) {
          return;
        }
        Stream.concat(type.getAllRawSuperclasses().stream(), type.getAllRawInterfaces().stream())
            .filter(ArchitectureTest::isJavaCpp)
            .map(parent -> type.getName() + " inherits from " + parent.getName())
            .forEach(text -> events.add(SimpleConditionEvent.violated(type, text)));
        type.getMembers().stream()
            .filter(ArchitectureTest::isExposed)
            .filter(member -> signature(member).anyMatch(ArchitectureTest::isJavaCpp))
            .map(member -> member.getDescription() + " has an org.bytedeco type in its signature")
            .forEach(text -> events.add(SimpleConditionEvent.violated(type, text)));
      }
    };
  }

  /** All types of a signature, those in its generics too. */
  private static Stream<JavaClass> signature(JavaMember member) {
    if (member instanceof JavaField field) {
      return field.getType().getAllInvolvedRawTypes().stream();
    }
    JavaCodeUnit unit = (JavaCodeUnit) member;
    return Stream.of(
            unit.getReturnType().getAllInvolvedRawTypes().stream(),
            unit.getParameterTypes().stream().flatMap(t -> t.getAllInvolvedRawTypes().stream()),
            unit.getExceptionTypes().stream())
        .flatMap(types -> types);
  }

  private static boolean isJavaCpp(JavaClass type) {
    return type.getBaseComponentType().getPackageName().startsWith("org.bytedeco");
  }

  private static boolean isExposed(JavaMember member) {
    return isExposed(member.getModifiers());
  }

  private static boolean isExposed(JavaClass type) {
    return isExposed(type.getModifiers())
        && type.getEnclosingClass().map(ArchitectureTest::isExposed).orElse(true);
  }

  private static boolean isExposed(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static String[] library() {
    return packages(ARROWS.keySet().stream().filter(name -> !name.equals("cli")));
  }

  /** Core without the bindings, which are JavaCPP's own. */
  private static String[] core() {
    return packages(
        ARROWS.keySet().stream()
            .filter(name -> !TRAIN.contains(name))
            .filter(name -> !Set.of("cli", "report", "draw", "bindings").contains(name)));
  }

  private static String[] packages(Stream<String> names) {
    return names.map(ArchitectureTest::packageOf).toArray(String[]::new);
  }

  private static String packageOf(String name) {
    return "io.yolo4j." + name + "..";
  }
}
