package io.yolo4j.cli;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.draw.Drawing.Direction;
import io.yolo4j.draw.ElkLayout;
import io.yolo4j.draw.NetworkScopes;
import io.yolo4j.draw.Scope;
import io.yolo4j.files.AtomicFile;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelDescription;
import io.yolo4j.report.NetworkPage;
import io.yolo4j.report.NetworkSvg;
import io.yolo4j.report.NetworkTitle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code yolo4j draw}. */
@Command(
    name = "draw",
    description =
        "Draw a network: its rows, what is inside them, and every tensor between, as a page whose boxes open, or as SVG.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class DrawCommand implements Callable<Integer> {
  /** Forms of the file. */
  enum Format {
    HTML,
    SVG;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What the drawing holds. */
  enum Level {
    ROWS,
    MODULES,
    OPERATIONS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    private Scope of(Scope all) {
      return switch (this) {
        case ROWS -> all.cut(0);
        case MODULES -> all.withoutOperations();
        case OPERATIONS -> all;
      };
    }
  }

  /** Where lines lead. */
  enum Flow {
    DOWN(Direction.DOWN),
    RIGHT(Direction.RIGHT);

    private final Direction direction;

    Flow(Direction direction) {
      this.direction = direction;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ImageSizeOption imageSize = new ImageSizeOption();

  @Parameters(
      paramLabel = "MODEL|FILE",
      description =
          "A shipped model's name, a description (.yaml) or a model file (.pt, .pth, .safetensors).")
  private String model = "";

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Where it is written; an existing file is replaced. Default: the model's name with .html or .svg, in this folder.")
  private @Nullable Path file;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      description =
          "Form of the file: ${COMPLETION-CANDIDATES}. Default: that of the output's name, else html.")
  private @Nullable Format chosenFormat;

  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      description =
          "What is drawn: ${COMPLETION-CANDIDATES}. Default: operations on a page, which shows them when a box is opened, rows in an SVG.")
  private @Nullable Level level;

  @Option(
      names = "--depth",
      paramLabel = "N",
      description = "Levels of boxes inside the rows, instead of --level; 0 is the rows alone.")
  private @Nullable Integer depth;

  @Option(
      names = "--nc",
      paramLabel = "N",
      description = "Number of classes, instead of the description's.")
  private @Nullable Integer classes;

  @Option(
      names = "--direction",
      paramLabel = "DIRECTION",
      defaultValue = "down",
      description = "Where lines lead: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Flow flow = Flow.DOWN;

  @Option(names = "--open-all", description = "Open all boxes of a page at first.")
  private boolean openAll;

  @Override
  public Integer call() throws IOException {
    Format format = format();
    check(format);
    ModelDescription description = LoadedModel.describe(model);
    Model built = Model.of(classes == null ? description : description.withClasses(classes));
    int stride = built.head().maxStride();
    int height = imageSize.height(stride);
    int width = imageSize.width(stride);
    Scope all = NetworkScopes.of(built, height, width);
    Scope drawn = drawn(all, format);
    NetworkTitle title = NetworkTitle.of(name(), height, width, all);
    Path target = file == null ? Path.of(name() + "." + format) : file;
    AtomicFile.write(target, text(title, drawn, format));
    spec.commandLine().getOut().printf("Written to %s%n", target);
    return ExitCode.DONE;
  }

  private void check(Format format) {
    if (level != null && depth != null) {
      throw new CommandException(
          ExitCode.USAGE, "--level and --depth both say what is drawn; give one of them");
    }
    if (openAll && format == Format.SVG) {
      throw new CommandException(
          ExitCode.USAGE,
          "--open-all is for pages; an SVG shows all that --level or --depth choose");
    }
    if (classes != null) {
      OptionChecks.atLeast("--nc", classes, 1);
    }
  }

  private Format format() {
    String name = file == null ? "" : file.toString().toLowerCase(Locale.ROOT);
    boolean svg = name.endsWith(".svg");
    boolean html = name.endsWith(".html") || name.endsWith(".htm");
    if (chosenFormat == null) {
      if (file != null && !svg && !html) {
        throw new CommandException(
            ExitCode.USAGE,
            "--output must end in .html or .svg where --format is not given, got " + file);
      }
      return svg ? Format.SVG : Format.HTML;
    }
    if (chosenFormat == Format.SVG ? html : svg) {
      throw new CommandException(
          ExitCode.USAGE, "--format %s contradicts --output %s".formatted(chosenFormat, file));
    }
    return chosenFormat;
  }

  private Scope drawn(Scope all, Format format) {
    if (depth != null) {
      OptionChecks.within("--depth", depth, 0, all.depth());
      return all.cut(depth);
    }
    Level usual = format == Format.SVG ? Level.ROWS : Level.OPERATIONS;
    return (level == null ? usual : level).of(all);
  }

  private String text(NetworkTitle title, Scope drawn, Format format) {
    return switch (format) {
      case SVG -> NetworkSvg.of(title, ElkLayout.open(drawn, flow.direction));
      case HTML -> NetworkPage.of(title, ElkLayout.closed(drawn, flow.direction), openAll);
    };
  }

  /** The model's name without folder and ending. */
  private String name() {
    return Path.of(model).getFileName().toString().replaceFirst("\\.[A-Za-z]+$", "");
  }
}
