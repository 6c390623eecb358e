package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.kernels.LaunchCost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RoofCacheTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void find_afterKeep_givesTheSame() throws IOException {
    RoofCache cache = new RoofCache(folder.resolve("made"));
    assertThat(cache.find("a processor", "scalar", 1)).isEmpty();
    cache.keep(Profiles.ROOFS);
    assertThat(cache.find("a processor", "scalar", 1)).contains(Profiles.ROOFS);
    assertThat(cache.find("a processor", "scalar", 2)).isEmpty();
    assertThat(cache.find("a processor", "avx2", 1)).isEmpty();
    assertThat(cache.find("another", "scalar", 1)).isEmpty();
  }

  @Test
  void find_roofsOfAGpu_haveWhatALaunchCosts() throws IOException {
    RoofCache cache = new RoofCache(folder);
    Roofs gpu = Profiles.ROOFS.withLaunch(new LaunchCost(3e-6, 1.5e-6));
    cache.keep(gpu);
    assertThat(cache.find("a processor", "scalar", 1)).contains(gpu);
    assertThat(gpu.launch()).isEqualTo(new LaunchCost(3e-6, 1.5e-6));
    assertThat(Profiles.ROOFS.launch()).isNull();
  }

  @Test
  void find_ofAnotherVersionOrSystem_isAsNone() throws IOException {
    RoofCache cache = new RoofCache(folder);
    cache.keep(Profiles.ROOFS);
    Path file;
    try (Stream<Path> files = Files.list(folder)) {
      file = files.findFirst().orElseThrow();
    }
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"version\" : " + RoofCache.VERSION, "\"version\" : 1"));
    assertThat(cache.find("a processor", "scalar", 1)).isEmpty();
    Files.writeString(file, text.replace(System.getProperty("os.version"), "another kernel"));
    assertThat(cache.find("a processor", "scalar", 1)).isEmpty();
    Files.writeString(file, text);
    assertThat(cache.find("a processor", "scalar", 1)).contains(Profiles.ROOFS);
  }

  @Test
  void find_damagedFile_isAsNone() throws IOException {
    RoofCache cache = new RoofCache(folder);
    cache.keep(Profiles.ROOFS);
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      Files.writeString(all.get(0), "{\"device\": \"a processor\"}");
    }
    assertThat(cache.find("a processor", "scalar", 1)).isEmpty();
  }
}
