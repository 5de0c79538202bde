// Writes samples of every message that Apache Kafka describes, encoded by Apache Kafka, as golden
// data for tests/unit/protocol/golden_messages_test.cc (run tests/golden/regenerate.sh):
//
//   java -cp "LIBS/*" tests/peers/java/GoldenBytes.java LIBS tests/golden/messages
//
// One text file for each API and for each family of records. A line is one sample:
//
//   <message> <version> <hex of the header, or -> <hex of the body, or - when it is empty>
//
// The contents are random but repeatable: the seed is made of the message's name, the version and
// the number of the sample. The schemas inside the jars say which fields a version has and which
// may be null; values are set through the setters, found by reflection.
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.*;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.record.internal.MemoryRecords;

public class GoldenBytes {
  // How a sample is filled: from "touch nothing" to "fill everything with extremes".
  enum Style { DEFAULTS, SPARSE, FULL, EXTREME }
  static final List<Style> SAMPLES =
      List.of(Style.DEFAULTS, Style.SPARSE, Style.SPARSE, Style.SPARSE, Style.FULL, Style.FULL,
              Style.EXTREME, Style.EXTREME);

  static final ObjectMapper JSON =
      new ObjectMapper().configure(JsonParser.Feature.ALLOW_COMMENTS, true);

  record Schema(String jar, JsonNode json, Class<? extends Message> type) {
    String name() { return json.get("name").asText(); }
    String kind() { return json.get("type").asText(); }
  }

  public static void main(String[] args) throws Exception {
    Path out = Path.of(args[1]);
    Files.createDirectories(out);
    Map<String, StringBuilder> files = new TreeMap<>();
    for (String jar : List.of("clients", "metadata", "group-coordinator",
                              "transaction-coordinator", "share-coordinator")) {
      for (Schema schema : schemas(Path.of(args[0], "kafka-" + jar + "-4.3.0.jar"), jar)) {
        samples(schema, files.computeIfAbsent(fileOf(schema), name -> new StringBuilder()));
      }
    }
    for (var file : files.entrySet()) {
      Files.writeString(out.resolve(file.getKey()), file.getValue());
    }
  }

  static List<Schema> schemas(Path path, String jar) throws Exception {
    List<Schema> found = new ArrayList<>();
    try (ZipFile zip = new ZipFile(path.toFile())) {
      Map<String, String> classes = new HashMap<>();
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = entry.getName();
        if (name.endsWith(".class") && !name.contains("$")) {
          String full = name.substring(0, name.length() - 6).replace('/', '.');
          if (full.matches(".*\\.(message|metadata|generated)\\.[A-Za-z]+")) {
            classes.put(full.substring(full.lastIndexOf('.') + 1), full);
          }
        }
      }
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (!entry.getName().matches("common/(message|metadata)/.*\\.json")) continue;
        JsonNode json = read(zip, entry);
        String name = json.get("name").asText();
        String full = classes.getOrDefault(name + "Data", classes.get(name));
        if (!json.has("fields") || full == null) continue;
        if (name.equals("ControlRecordTypeSchema")) continue;  // two numbers, no message
        found.add(new Schema(jar, json, Class.forName(full).asSubclass(Message.class)));
      }
    }
    found.sort(Comparator.comparing(Schema::name));
    return found;
  }

  static JsonNode read(ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      return JSON.readTree(in);
    }
  }

  static String fileOf(Schema schema) {
    if (schema.kind().equals("request") || schema.kind().equals("response")) {
      ApiKeys api = ApiKeys.forId(schema.json.get("apiKey").asInt());
      return String.format("%02d_%s.txt", api.id, api.name);
    }
    return switch (schema.jar) {
      case "metadata" -> "metadata_records.txt";
      case "group-coordinator" -> "offset_records.txt";
      case "transaction-coordinator" -> "txn_records.txt";
      case "share-coordinator" -> "share_records.txt";
      default -> schema.name().equals("RequestHeader") || schema.name().equals("ResponseHeader")
          ? "headers.txt" : "other.txt";
    };
  }

  static void samples(Schema schema, StringBuilder out) throws Exception {
    Versions valid = Versions.of(schema.json.get("validVersions").asText());
    for (short version = (short) valid.low; version <= valid.high; version++) {
      for (int i = 0; i < SAMPLES.size(); i++) {
        Random random = new Random((schema.name() + version + "#" + i).hashCode());
        Message message = schema.type.getDeclaredConstructor().newInstance();
        new Filler(schema.json, version, SAMPLES.get(i), random).fill(message, schema.json.get("fields"));
        out.append(schema.name()).append(' ').append(version).append(' ')
            .append(header(schema, version, random)).append(' ')
            .append(hex(bytes(message, version))).append('\n');
      }
    }
  }

  static String header(Schema schema, short version, Random random) {
    if (schema.kind().equals("request")) {
      ApiKeys api = ApiKeys.forId(schema.json.get("apiKey").asInt());
      RequestHeaderData header = new RequestHeaderData()
          .setRequestApiKey(api.id).setRequestApiVersion(version)
          .setCorrelationId(random.nextInt())
          .setClientId(random.nextInt(4) == 0 ? null : "client-" + random.nextInt(100));
      return hex(bytes(header, api.requestHeaderVersion(version)));
    }
    if (schema.kind().equals("response")) {
      ApiKeys api = ApiKeys.forId(schema.json.get("apiKey").asInt());
      return hex(bytes(new ResponseHeaderData().setCorrelationId(random.nextInt()),
                       api.responseHeaderVersion(version)));
    }
    return "-";
  }

  static byte[] bytes(Message message, short version) {
    ObjectSerializationCache cache = new ObjectSerializationCache();
    ByteBuffer buffer = ByteBuffer.allocate(message.size(cache, version));
    message.write(new ByteBufferAccessor(buffer), cache, version);
    return buffer.array();
  }

  static String hex(byte[] bytes) {
    return bytes.length == 0 ? "-" : HexFormat.of().formatHex(bytes);
  }

  record Versions(int low, int high) {
    static Versions of(String text) {
      if (text == null || text.equals("none")) return new Versions(1, 0);
      if (text.endsWith("+")) {
        return new Versions(Integer.parseInt(text.substring(0, text.length() - 1)), 32767);
      }
      String[] ends = text.split("-");
      return new Versions(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }
    boolean has(int version) { return version >= low && version <= high; }
  }

  // Sets the fields of one message and of the structs inside of it.
  record Filler(JsonNode schema, short version, Style style, Random random) {
    void fill(Object target, JsonNode fields) throws Exception {
      for (JsonNode field : fields) {
        String versions = text(field, "versions", text(field, "taggedVersions", null));
        if (!Versions.of(versions).has(version) || leftAlone(field)) continue;
        Method setter = setter(target, field.get("name").asText());
        boolean nullable = Versions.of(text(field, "nullableVersions", "none")).has(version);
        Object value = nullable && mayBeNull() ? null
            : value(field, field.get("type").asText(), setter.getGenericParameterTypes()[0]);
        setter.invoke(target, value);
      }
    }

    // What a default cannot encode must be set even so: null where null is not allowed.
    boolean leftAlone(JsonNode field) {
      String type = field.get("type").asText();
      boolean nullable = Versions.of(text(field, "nullableVersions", "none")).has(version);
      String standard = text(field, "default", type.equals("records") ? "null" : "");
      if (standard.equals("null") && !nullable) return false;
      return switch (style) {
        case DEFAULTS -> true;
        case SPARSE -> field.has("tag") && random.nextInt(3) > 0;
        default -> false;
      };
    }

    boolean mayBeNull() {
      return switch (style) {
        case DEFAULTS, SPARSE -> random.nextBoolean();
        case FULL -> false;
        case EXTREME -> random.nextInt(4) == 0;
      };
    }

    Object value(JsonNode field, String type, Type java) throws Exception {
      if (type.startsWith("[]")) return array(field, type.substring(2), java);
      return switch (type) {
        case "bool" -> random.nextBoolean();
        case "int8" -> (byte) integer(Byte.MIN_VALUE, Byte.MAX_VALUE);
        case "int16" -> (short) integer(Short.MIN_VALUE, Short.MAX_VALUE);
        case "uint16" -> (int) integer(0, 65535);
        case "int32" -> (int) integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
        case "uint32" -> integer(0, 4294967295L);
        case "int64" -> integer(Long.MIN_VALUE, Long.MAX_VALUE);
        case "float64" -> style == Style.EXTREME ? -Double.MAX_VALUE : random.nextDouble();
        case "string" -> string();
        case "uuid" -> new Uuid(random.nextLong(), random.nextLong());
        case "bytes" -> java == ByteBuffer.class ? ByteBuffer.wrap(blob()) : blob();
        case "records" -> MemoryRecords.readableRecords(ByteBuffer.wrap(blob()));
        default -> struct(field, type, (Class<?>) java);
      };
    }

    Object struct(JsonNode field, String type, Class<?> java) throws Exception {
      Object made = java.getDeclaredConstructor().newInstance();
      fill(made, fieldsOf(field, type));
      return made;
    }

    JsonNode fieldsOf(JsonNode field, String type) {
      if (field.has("fields")) return field.get("fields");
      for (JsonNode common : schema.get("commonStructs")) {
        if (common.get("name").asText().equals(type)) return common.get("fields");
      }
      throw new IllegalStateException("no struct " + type);
    }

    @SuppressWarnings("unchecked")
    Object array(JsonNode field, String type, Type java) throws Exception {
      Collection<Object> made;
      Type element;
      if (java instanceof ParameterizedType list) {
        made = new ArrayList<>();
        element = list.getActualTypeArguments()[0];
      } else {  // a hashed collection
        made = (Collection<Object>) ((Class<?>) java).getDeclaredConstructor().newInstance();
        element = ((ParameterizedType) ((Class<?>) java).getGenericSuperclass())
            .getActualTypeArguments()[0];
      }
      int count = count(Character.isLowerCase(type.charAt(0)));
      for (int i = 0; i < count; i++) {
        made.add(value(field, type, element));
      }
      return made;
    }

    int count(boolean primitive) {
      return switch (style) {
        case DEFAULTS -> 0;
        case SPARSE -> random.nextInt(2);
        case FULL -> 1 + random.nextInt(2);
        case EXTREME -> primitive && random.nextInt(8) == 0 ? 130 : random.nextInt(3);
      };
    }

    long integer(long low, long high) {
      if (style == Style.EXTREME) return random.nextBoolean() ? low : high;
      long bits = random.nextLong() >> random.nextInt(60);
      return low + Long.remainderUnsigned(bits - low, high - low + 1 == 0 ? -1 : high - low + 1);
    }

    String string() {
      String[] words = {"", "topic", "grüße-ß", "日本語", "a b", "\"quoted\\\"", "🦊", "x".repeat(130)};
      return switch (style) {
        case SPARSE, DEFAULTS -> words[random.nextInt(3)];
        case FULL -> words[1 + random.nextInt(5)] + random.nextInt(10);
        case EXTREME -> words[random.nextInt(words.length)];
      };
    }

    byte[] blob() {
      byte[] bytes = new byte[style == Style.SPARSE ? random.nextInt(3)
          : style == Style.EXTREME && random.nextInt(3) == 0 ? 200 : random.nextInt(12)];
      random.nextBytes(bytes);
      return bytes;
    }

    static Method setter(Object target, String name) {
      String wanted = "set" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
      for (Method method : target.getClass().getMethods()) {
        if (method.getName().equals(wanted) && method.getParameterCount() == 1) return method;
      }
      throw new IllegalStateException(target.getClass() + " has no " + wanted);
    }

    static String text(JsonNode node, String key, String otherwise) {
      return node.has(key) ? node.get(key).asText() : otherwise;
    }
  }
}
