package io.yolo4j.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.yolo4j.graph.Shape;
import io.yolo4j.weights.CheckpointException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON header of a safetensors file: {@code {"__metadata__": {text: text}, name: {"dtype": ..,
 * "shape": [..], "data_offsets": [begin, end]}}}, offsets relative to the end of the header. Parsed
 * token by token with every limit checked before anything is kept.
 */
final class SafeTensorsHeader {
  static final String METADATA = "__metadata__";
  static final int MAX_HEADER_BYTES = 100_000_000;
  private static final int MAX_ENTRIES = 262_144;
  private static final int MAX_RANK = 64;

  /** Where a tensor lies: {@code [begin, end)} relative to the end of the header. */
  record Entry(DType dtype, Shape shape, long begin, long end) {}

  private final FileBytes file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private SafeTensorsHeader(FileBytes file) {
    this.file = file;
  }

  /** Reads and checks the header of a file: afterwards every entry lies inside the file. */
  static SafeTensorsHeader read(FileBytes file) throws IOException {
    long length = headerLength(file);
    SafeTensorsHeader header = new SafeTensorsHeader(file);
    header.parse(file.slice(8, length));
    header.requireTiling(file.size() - 8 - length);
    return header;
  }

  /** Returns the length in the first 8 bytes, checked against the limit and the file. */
  static long headerLength(FileBytes file) throws IOException {
    if (file.size() < 8) {
      throw file.failure(
          Reason.TRUNCATED, "a safetensors file must have at least 8 bytes, it has " + file.size());
    }
    long length = file.slice(0, 8).getLong(0);
    if (length < 2 || length > MAX_HEADER_BYTES) {
      throw file.failure(
          Reason.BAD_HEADER,
          "the safetensors header must have 2 to %d bytes, its length field says %s"
              .formatted(MAX_HEADER_BYTES, Long.toUnsignedString(length)));
    }
    if (length > file.size() - 8) {
      throw file.failure(
          Reason.TRUNCATED,
          "the file must have a safetensors header of %d bytes, it has %d bytes in all"
              .formatted(length, file.size()));
    }
    return length;
  }

  Map<String, Entry> entries() {
    return entries;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  /** Decodes strictly and piece by piece: a copy of the whole header could take 200 MB. */
  private static Reader reader(ByteBuffer bytes) {
    InputStream stream =
        new InputStream() {
          @Override
          public int read() {
            return bytes.hasRemaining() ? bytes.get() & 0xff : -1;
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            int count = Math.min(length, bytes.remaining());
            bytes.get(into, offset, count);
            return count == 0 && length > 0 ? -1 : count;
          }
        };
    return new InputStreamReader(stream, StandardCharsets.UTF_8.newDecoder());
  }

  private void parse(ByteBuffer json) throws CheckpointException {
    // Names come from outside: neither intern them nor share a symbol table between files.
    JsonFactory factory =
        JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    try (JsonParser parser = factory.createParser(reader(json))) {
      require(json.get(0) == '{', "the header must start with '{'");
      parser.nextToken();
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        if (name.equals(METADATA)) {
          parseMetadata(parser);
        } else {
          require(
              entries.size() < MAX_ENTRIES, "there must be at most " + MAX_ENTRIES + " tensors");
          entries.put(name, parseEntry(parser, name));
        }
      }
      require(parser.nextToken() == null, "only spaces may follow the JSON object of the header");
    } catch (CheckpointException e) {
      throw e;
    } catch (CharacterCodingException e) {
      throw failure("the header must be valid UTF-8");
    } catch (IOException e) { // Jackson: malformed, duplicate key, number out of range, limits
      String message = String.valueOf(e.getMessage());
      throw failure("the header must be valid JSON: " + message.lines().findFirst().orElse(""));
    }
  }

  private void parseMetadata(JsonParser parser) throws IOException {
    require(
        parser.nextToken() == JsonToken.START_OBJECT, METADATA + " must be an object of strings");
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      require(
          parser.nextToken() == JsonToken.VALUE_STRING,
          "%s must be an object of strings, '%s' is none".formatted(METADATA, key));
      require(metadata.size() < MAX_ENTRIES, METADATA + " must have fewer entries");
      metadata.put(key, parser.getText());
    }
  }

  private Entry parseEntry(JsonParser parser, String name) throws IOException {
    require(
        parser.nextToken() == JsonToken.START_OBJECT,
        "tensor '%s' must be described by an object".formatted(name));
    String dtype = null;
    List<Long> dims = null;
    List<Long> offsets = null;
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      switch (key) {
        case "dtype" -> {
          require(
              parser.nextToken() == JsonToken.VALUE_STRING,
              "dtype of tensor '%s' must be a string".formatted(name));
          dtype = parser.getText();
        }
        case "shape" -> dims = parseNumbers(parser, name, key);
        case "data_offsets" -> offsets = parseNumbers(parser, name, key);
        default -> throw failure("tensor '%s' has an unknown property '%s'".formatted(name, key));
      }
    }
    if (dtype == null || dims == null || offsets == null || offsets.size() != 2) {
      throw failure(
          "tensor '%s' must have dtype, shape and two data_offsets, got %s, %s and %s"
              .formatted(name, dtype, dims, offsets));
    }
    return entry(name, dtype, dims, offsets);
  }

  private List<Long> parseNumbers(JsonParser parser, String name, String key) throws IOException {
    String what =
        "%s of tensor '%s' must be a list of at most %d numbers from 0 on"
            .formatted(key, name, MAX_RANK);
    require(parser.nextToken() == JsonToken.START_ARRAY, what);
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(parser.currentToken() == JsonToken.VALUE_NUMBER_INT, what);
      long number = parser.getLongValue();
      require(number >= 0 && numbers.size() < MAX_RANK, what + ", got " + number);
      numbers.add(number);
    }
    return numbers;
  }

  private Entry entry(String name, String dtype, List<Long> dims, List<Long> offsets)
      throws CheckpointException {
    DType type = DType.ofSafeTensorsName(dtype).orElse(null);
    if (type == null) {
      throw file.failure(
          Reason.UNSUPPORTED,
          "dtype of tensor '%s' must be one of %s, got %s"
              .formatted(name, List.of(DType.values()), dtype));
    }
    Shape shape = TensorGeometry.shape(dims).orElse(null);
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (shape == null || begin > end || end - begin != shape.elements() * type.bytes()) {
      throw file.failure(
          Reason.BAD_TENSOR_GEOMETRY,
          "tensor '%s' of type %s and shape %s must fill its data_offsets, got %s"
              .formatted(name, type, dims, offsets));
    }
    return new Entry(type, shape, begin, end);
  }

  /** Checks that the tensors cover the data exactly: no overlap, no hole, nothing outside. */
  private void requireTiling(long dataLength) throws CheckpointException {
    List<Map.Entry<String, Entry>> sorted = new ArrayList<>(entries.entrySet());
    sorted.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    long position = 0;
    @Nullable String previous = null;
    for (Map.Entry<String, Entry> next : sorted) {
      Entry entry = next.getValue();
      if (entry.begin() != position) {
        throw failure(
            "tensor '%s' must start where %s ends, at %d, but starts at %d (%s)"
                .formatted(
                    next.getKey(),
                    previous == null ? "the header" : "'" + previous + "'",
                    position,
                    entry.begin(),
                    entry.begin() < position ? "overlap" : "hole"));
      }
      if (entry.end() > dataLength) {
        throw file.failure(
            Reason.TRUNCATED,
            "tensor '%s' must end within the %d data bytes of the file, ends at %d"
                .formatted(next.getKey(), dataLength, entry.end()));
      }
      position = entry.end();
      previous = next.getKey();
    }
    require(
        position == dataLength,
        "the tensors must cover all %d data bytes, they end at %d".formatted(dataLength, position));
  }

  private void require(boolean holds, String detail) throws CheckpointException {
    if (!holds) {
      throw failure(detail);
    }
  }

  private CheckpointException failure(String detail) {
    return file.failure(Reason.BAD_HEADER, "bad safetensors header: " + detail);
  }
}
