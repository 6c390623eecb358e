package io.yolo4j.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.yolo4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a study has found out so far: a file a run in {@code results}, and {@code times.json}. */
final class ResultFiles {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path study;

  ResultFiles(Path study) {
    this.study = study;
  }

  private Path file(StudyRun run) {
    return study.resolve("results").resolve(run.fileName() + ".json");
  }

  private Path times() {
    return study.resolve("times.json");
  }

  /** Returns a run's result; empty where it isn't finished. */
  Optional<RunResult> read(StudyRun run) throws IOException {
    return Files.exists(file(run))
        ? Optional.of(read(file(run), new TypeReference<RunResult>() {}))
        : Optional.empty();
  }

  void write(StudyRun run, RunResult result) throws IOException {
    Files.createDirectories(study.resolve("results"));
    AtomicFile.write(file(run), JSON.writeValueAsString(result) + "\n");
  }

  /** Returns the networks' times; empty where they aren't measured. */
  Optional<List<NetworkTime>> readTimes() throws IOException {
    return Files.exists(times())
        ? Optional.of(read(times(), new TypeReference<List<NetworkTime>>() {}))
        : Optional.empty();
  }

  void writeTimes(List<NetworkTime> times) throws IOException {
    AtomicFile.write(times(), JSON.writeValueAsString(times) + "\n");
  }

  private static <T> T read(Path file, TypeReference<T> type) throws IOException {
    try {
      return JSON.readValue(Files.readString(file), type);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s: is no result (%s); without it the run is measured or trained again"
              .formatted(file, e.getOriginalMessage()),
          e);
    }
  }
}
