// Writes record batches with the builder that Apache Kafka's own producer uses, one file for each
// codec, as golden data for tests/unit/protocol/golden_batches_test.cc:
//
//   java -cp "$KRAFTLAB_KAFKA_LIBS/*" tests/peers/java/RecordBatches.java write tests/golden/record_batches
//
// and reads batches that others wrote, one line for each record:
//
//   java -cp "$KRAFTLAB_KAFKA_LIBS/*" tests/peers/java/RecordBatches.java read FILE...
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.*;

public class RecordBatches {
  static final long START = 1_700_000_000_000L;

  public static void main(String[] args) throws Exception {
    if (args.length == 2 && args[0].equals("write")) {
      for (CompressionType type : CompressionType.values()) {
        Files.write(Path.of(args[1], type.name + ".bin"), batch(type));
      }
    } else if (args.length >= 2 && args[0].equals("read")) {
      for (int i = 1; i < args.length; i++) {
        print(MemoryRecords.readableRecords(ByteBuffer.wrap(Files.readAllBytes(Path.of(args[i])))));
      }
    } else {
      System.err.println("usage: RecordBatches write FOLDER | read FILE...");
      System.exit(2);
    }
  }

  // 100 records: null and empty keys and values, headers, times that go back, compressible text.
  static byte[] batch(CompressionType type) {
    MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(64 * 1024), RecordBatch.MAGIC_VALUE_V2,
        Compression.of(type).build(), TimestampType.CREATE_TIME, 0L, RecordBatch.NO_TIMESTAMP,
        4_000_000_001L, (short) 7, 1234, true, false, RecordBatch.NO_PARTITION_LEADER_EPOCH);
    for (int i = 0; i < 100; i++) {
      byte[] key = i % 5 == 0 ? null : i % 7 == 0 ? new byte[0] : text("key-" + i);
      byte[] value = i % 11 == 0 ? null : i % 13 == 0 ? new byte[0] : text("value " + "ab".repeat(i * 3));
      Header[] headers = new Header[i % 4];
      for (int h = 0; h < headers.length; h++) {
        headers[h] = new RecordHeader("h" + h, h == 1 ? null : text("header of " + i));
      }
      builder.append(START + (i * 37 % 100) * 1000L, key, value, headers);
    }
    MemoryRecords records = builder.build();
    byte[] bytes = new byte[records.sizeInBytes()];
    records.buffer().duplicate().get(bytes);
    return bytes;
  }

  static void print(MemoryRecords records) {
    for (RecordBatch batch : records.batches()) {
      batch.ensureValid();
      System.out.printf("batch %d..%d %s producer %d/%d/%d count %d%n", batch.baseOffset(), batch.lastOffset(),
          batch.compressionType().name, batch.producerId(), batch.producerEpoch(), batch.baseSequence(),
          batch.countOrNull());
      for (var record : batch) {
        System.out.printf("%d %d %s %s %d%n", record.offset(), record.timestamp(), text(record.key()),
            text(record.value()), record.headers().length);
      }
    }
  }

  static byte[] text(String string) {
    return string.getBytes(StandardCharsets.UTF_8);
  }

  static String text(ByteBuffer bytes) {
    return bytes == null ? "null" : "'" + StandardCharsets.UTF_8.decode(bytes.duplicate()) + "'";
  }
}
