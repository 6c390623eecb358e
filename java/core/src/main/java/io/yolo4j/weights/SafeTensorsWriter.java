package io.yolo4j.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.yolo4j.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lays out and writes a safetensors file. The format allows no hole between tensors, so alignment
 * comes from the order: large element types first. The header keeps the order of the names.
 */
final class SafeTensorsWriter {
  private static final int ALIGNMENT = 64;

  private final List<HostTensor> inFileOrder;
  private final byte[] header;

  SafeTensorsWriter(StateDict state, Map<String, String> metadata) throws IOException {
    if (state.contains(SafeTensorsHeader.METADATA)) {
      throw new IllegalArgumentException(
          "no tensor may be named '%s', it is reserved for the metadata"
              .formatted(SafeTensorsHeader.METADATA));
    }
    List<Map.Entry<String, HostTensor>> sorted = new ArrayList<>(state.toMap().entrySet());
    sorted.sort(Comparator.comparingInt(entry -> -entry.getValue().dtype().bytes()));
    Map<String, Long> begins = new HashMap<>();
    long position = 0;
    for (Map.Entry<String, HostTensor> entry : sorted) {
      begins.put(entry.getKey(), position);
      position += entry.getValue().byteSize();
    }
    this.inFileOrder = sorted.stream().map(Map.Entry::getValue).toList();
    this.header = header(state, begins, metadata);
  }

  void writeTo(FileChannel channel) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    AtomicFile.writeFully(channel, length.putLong(header.length).flip());
    AtomicFile.writeFully(channel, ByteBuffer.wrap(header));
    for (HostTensor tensor : inFileOrder) {
      AtomicFile.writeFully(channel, tensor.data());
    }
  }

  private static byte[] header(
      StateDict state, Map<String, Long> begins, Map<String, String> metadata) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = root.putObject(SafeTensorsHeader.METADATA);
      new TreeMap<>(metadata).forEach(texts::put);
    }
    state.forEach(
        (name, tensor) -> {
          ObjectNode entry = root.putObject(name);
          entry.put("dtype", tensor.dtype().safeTensorsName());
          ArrayNode dims = entry.putArray("shape");
          tensor.shape().dims().forEach(dims::add);
          long begin = begins.getOrDefault(name, 0L);
          entry.putArray("data_offsets").add(begin).add(begin + tensor.byteSize());
        });
    byte[] text = json.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    int padding = Math.floorMod(-(8 + text.length), ALIGNMENT);
    byte[] padded = Arrays.copyOf(text, text.length + padding);
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    if (padded.length > SafeTensorsHeader.MAX_HEADER_BYTES) {
      throw new IllegalArgumentException(
          "names and metadata must fit a header of %d bytes, got %d"
              .formatted(SafeTensorsHeader.MAX_HEADER_BYTES, padded.length));
    }
    return padded;
  }
}
