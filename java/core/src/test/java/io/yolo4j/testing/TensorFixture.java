package io.yolo4j.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors fixture, read by code of its own so that the product's reader is not its own
 * oracle. Types: F32, I64, U8. Weights in the 8-bit form ({@code weights_u8/K}, {@code
 * weights_scale/K}) are returned as {@code weights/K}.
 */
public final class TensorFixture {
  /** One tensor, row-major; whatever its stored type, the values are exact in double. */
  @SuppressWarnings("ArrayRecordComponent") // a test value; nobody compares or shares it
  public record Entry(String dtype, int[] shape, double[] values) {
    /** Returns the values as floats (exact for F32 and U8). */
    public float[] floats() {
      float[] floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values[i];
      }
      return floats;
    }
  }

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private TensorFixture() {}

  static TensorFixture read(Path file) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int headerLength = Math.toIntExact(bytes.getLong());
      byte[] header = new byte[headerLength];
      bytes.get(header);
      JsonNode json = new ObjectMapper().readTree(new String(header, StandardCharsets.UTF_8));
      TensorFixture fixture = new TensorFixture();
      json.properties()
          .forEach(
              field -> {
                if (field.getKey().equals("__metadata__")) {
                  field
                      .getValue()
                      .properties()
                      .forEach(e -> fixture.metadata.put(e.getKey(), e.getValue().asText()));
                } else {
                  fixture.entries.put(
                      field.getKey(), entry(field.getValue(), bytes, 8 + headerLength));
                }
              });
      return fixture;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Entry entry(JsonNode json, ByteBuffer bytes, int base) {
    String dtype = json.get("dtype").asText();
    int[] shape = new int[json.get("shape").size()];
    int count = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = json.get("shape").get(i).asInt();
      count *= shape[i];
    }
    int offset = base + json.get("data_offsets").get(0).asInt();
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (dtype) {
            case "F32" -> bytes.getFloat(offset + 4 * i);
            case "I64" -> bytes.getLong(offset + 8 * i);
            case "U8" -> bytes.get(offset + i) & 0xff;
            default -> throw new AssertionError("fixture dtype " + dtype);
          };
    }
    return new Entry(dtype, shape, values);
  }

  /** Returns the names of all stored tensors. */
  public Set<String> names() {
    return entries.keySet();
  }

  /** Returns whether a tensor of that name is stored. */
  public boolean has(String name) {
    return entries.containsKey(name);
  }

  /** Returns the tensor of that name. */
  public Entry get(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new AssertionError("fixture has no tensor " + name + "; it has " + entries.keySet());
    }
    return entry;
  }

  /** Returns a metadata text. */
  public String metadata(String key) {
    String value = metadata.get(key);
    if (value == null) {
      throw new AssertionError("fixture has no metadata " + key + "; it has " + metadata.keySet());
    }
    return value;
  }

  /** Returns a metadata text parsed as JSON. */
  public JsonNode metadataJson(String key) {
    try {
      return new ObjectMapper().readTree(metadata(key));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the complete state dictionary under {@code weights/}, 8-bit entries expanded; keys
   * without the prefix.
   */
  public Map<String, Entry> weights() {
    Map<String, Entry> weights = new LinkedHashMap<>();
    entries.forEach(
        (name, entry) -> {
          if (name.startsWith("weights/")) {
            weights.put(name.substring("weights/".length()), entry);
          } else if (name.startsWith("weights_u8/")) {
            String key = name.substring("weights_u8/".length());
            double scale = get("weights_scale/" + key).values()[0];
            double[] values = entry.values().clone();
            for (int i = 0; i < values.length; i++) {
              values[i] = (values[i] - 128) * scale;
            }
            weights.put(key, new Entry("F32", entry.shape(), values));
          }
        });
    return weights;
  }
}
