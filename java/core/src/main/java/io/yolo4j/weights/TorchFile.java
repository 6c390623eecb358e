package io.yolo4j.weights;

import io.yolo4j.weights.CheckpointException.Reason;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The two forms of a file that torch.save writes.
 *
 * <p>Zip: {@code data.pkl} with the object, {@code data/<key>} with a storage each, optionally
 * {@code byteorder}. Legacy: five pickles (magic number, protocol 1001, system info, the object,
 * the list of storage keys), then for every key the number of elements in 8 bytes and the bytes.
 */
final class TorchFile {
  private static final int MAX_PICKLE_BYTES = 64 << 20;
  private static final BigInteger LEGACY_MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long LEGACY_PROTOCOL = 1001;
  private static final byte[] LEGACY_START = {
    (byte) 0x80,
    2,
    (byte) 0x8a,
    10,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    '.'
  };

  private final FileBytes file;
  private final PickleBudget budget;
  private final Map<String, PickledStorage> storages = new HashMap<>();

  private TorchFile(FileBytes file) {
    this.file = file;
    this.budget = new PickleBudget(file);
  }

  /** Reads the zip form and returns the object. */
  static @Nullable Object readZip(FileBytes file) throws IOException {
    return new TorchFile(file).zip(ZipRecords.open(file));
  }

  /** Returns whether the file starts with a pickle, as the legacy form does. */
  static boolean mayBeLegacy(FileBytes file) throws IOException {
    return file.hasAt(0, (byte) 0x80) || file.hasAt(0, (byte) 'L');
  }

  /** Reads the legacy form and returns the object. */
  static @Nullable Object readLegacy(FileBytes file) throws IOException {
    return new TorchFile(file).legacy();
  }

  private @Nullable Object zip(ZipRecords records) throws IOException {
    ByteBuffer order = records.find("byteorder").orElse(null);
    if (order != null && !StandardCharsets.US_ASCII.decode(order).toString().equals("little")) {
      throw file.failure(Reason.UNSUPPORTED, "the byte order of the tensors must be little-endian");
    }
    ByteBuffer pickle = records.get("data.pkl");
    if (pickle.remaining() > MAX_PICKLE_BYTES) {
      throw file.failure(
          Reason.BAD_PICKLE,
          "data.pkl must have at most %d bytes, got %d"
              .formatted(MAX_PICKLE_BYTES, pickle.remaining()));
    }
    return unpickle(
        pickle,
        Reason.BAD_PICKLE,
        (key, dtype, elements) -> {
          PickledStorage storage = storage(key, dtype, elements);
          if (!storage.isBound()) {
            bind(storage, records.get("data/" + key));
          }
          return storage;
        });
  }

  private @Nullable Object legacy() throws IOException {
    ByteBuffer bytes = file.slice(0, Math.min(file.size(), 5L * MAX_PICKLE_BYTES));
    requireMagic(bytes);
    Object protocol = header(bytes);
    if (!Long.valueOf(LEGACY_PROTOCOL).equals(protocol)) {
      throw file.failure(
          Reason.UNSUPPORTED,
          "the protocol of a legacy checkpoint must be %d, got %s"
              .formatted(LEGACY_PROTOCOL, PickleValues.describe(protocol)));
    }
    if (header(bytes) instanceof Map<?, ?> system
        && Boolean.FALSE.equals(system.get("little_endian"))) {
      throw file.failure(Reason.UNSUPPORTED, "the byte order of the tensors must be little-endian");
    }
    Object root = unpickle(bytes, Reason.TRUNCATED, this::storage);
    if (!(header(bytes) instanceof List<?> keys)) {
      throw file.failure(
          Reason.BAD_PICKLE, "the last pickle of a legacy checkpoint must list the storages");
    }
    readStorages(keys, bytes.position());
    return root;
  }

  /** Checks the magic number; what fails here is no PyTorch file rather than a damaged one. */
  private void requireMagic(ByteBuffer bytes) throws IOException {
    int known = Math.min(bytes.remaining(), LEGACY_START.length);
    if (bytes.slice(0, known).equals(ByteBuffer.wrap(LEGACY_START, 0, known))
        && known < LEGACY_START.length) {
      throw file.failure(
          Reason.TRUNCATED, "a legacy checkpoint must have more than %d bytes".formatted(known));
    }
    Object magic;
    try {
      magic = header(bytes);
    } catch (CheckpointException e) {
      magic = e;
    }
    if (!LEGACY_MAGIC.equals(magic)) {
      throw file.failure(
          Reason.NOT_A_CHECKPOINT,
          "a pickle must start with the magic number of PyTorch's legacy form, it doesn't");
    }
  }

  private @Nullable Object header(ByteBuffer bytes) throws CheckpointException {
    return unpickle(
        bytes,
        Reason.TRUNCATED,
        (key, dtype, elements) -> {
          throw file.failure(Reason.BAD_PICKLE, "a header pickle must not have storages");
        });
  }

  private @Nullable Object unpickle(
      ByteBuffer bytes, Reason endReason, PickleConstructors.Storages source)
      throws CheckpointException {
    PickleInput input = new PickleInput(file, bytes, endReason, budget);
    return new Unpickler(input, budget, new PickleConstructors(file, budget, source)).load();
  }

  private PickledStorage storage(String key, DType dtype, long elements)
      throws CheckpointException {
    PickledStorage known = storages.get(key);
    if (known == null) {
      budget.spend(2 * PickleBudget.OBJECT_BYTES);
      known = new PickledStorage(key, dtype, elements);
      storages.put(key, known);
    }
    if (known.dtype() != dtype || known.elements() != elements) {
      throw file.failure(
          Reason.BAD_PICKLE,
          "storage %s must have one type and size, got %s of %d and %s of %d elements"
              .formatted(key, known.dtype(), known.elements(), dtype, elements));
    }
    return known;
  }

  private void bind(PickledStorage storage, ByteBuffer record) throws CheckpointException {
    if (record.remaining() < storage.byteSize()) {
      throw file.failure(
          Reason.STORAGE_TOO_SHORT,
          "storage %s must have %d bytes for %d elements of %s, its record has %d"
              .formatted(
                  storage.key(),
                  storage.byteSize(),
                  storage.elements(),
                  storage.dtype(),
                  record.remaining()));
    }
    storage.bind(record);
  }

  private void readStorages(List<?> keys, long start) throws IOException {
    long position = start;
    for (Object key : keys) {
      PickledStorage storage = key instanceof String ? storages.get(key) : null;
      if (storage == null || storage.isBound()) {
        throw file.failure(
            Reason.BAD_PICKLE,
            "the list of storages must name each storage of the object once, got "
                + PickleValues.describe(key));
      }
      long elements = file.slice(position, 8).getLong(0);
      if (elements != storage.elements()) {
        throw file.failure(
            Reason.STORAGE_TOO_SHORT,
            "storage %s must have %d elements, the file says %d"
                .formatted(storage.key(), storage.elements(), elements));
      }
      storage.bind(file.slice(position + 8, storage.byteSize()));
      position += 8 + storage.byteSize();
    }
    for (PickledStorage storage : storages.values()) {
      if (!storage.isBound()) {
        throw file.failure(
            Reason.MISSING_RECORD,
            "the file must hold storage %s, its list of storages lacks it"
                .formatted(storage.key()));
      }
    }
  }
}
