// Runs calls about configurations and metadata, read from stdin, against one broker, and prints what
// comes back in a form that two brokers can be compared by:
//
//   java -cp "LIBS/*" tests/peers/java/ConfigCalls.java HOST:PORT < calls
//
//   create t1 3                      topic with 3 partitions
//   describe TOPIC:t1 [name...]      entries with value, source, type, flags and synonyms
//   alter TOPIC:t1 a=1 +b=x -c=y !d  set, append, subtract, delete
//   validate TOPIC:t1 a=1            the same without doing it
//   replace TOPIC:t1 a=1             AlterConfigs: the whole set anew
//   raw METADATA 9 {"topics":[]}     any request, in the JSON of Apache Kafka's request log
//
// A refusal prints the error's class, not its sentence. After a change the program waits until it
// can be seen: a marker that is written behind it and is visible was published after it.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.*;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.requests.ResponseHeader;

public class ConfigCalls {
  static final ObjectMapper JSON = new ObjectMapper();
  static Admin admin;
  static String address;
  static int markers = 0;

  public static void main(String[] args) throws Exception {
    address = args[0];
    admin = Admin.create(Map.of("bootstrap.servers", address));
    BufferedReader calls = new BufferedReader(new InputStreamReader(System.in));
    for (String call = calls.readLine(); call != null; call = calls.readLine()) {
      System.out.println("> " + call);
      try {
        run(call.split(" ", 3));
      } catch (ExecutionException e) {
        System.out.println("  refused: " + e.getCause().getClass().getSimpleName());
      }
    }
    admin.close();
  }

  static void run(String[] call) throws Exception {
    String rest = call.length > 2 ? call[2] : "";
    switch (call[0]) {
      case "create" -> {
        NewTopic topic = new NewTopic(call[1], Integer.parseInt(rest), (short) 1);
        admin.createTopics(List.of(topic)).all().get();
        settle();
      }
      case "describe" -> describe(resource(call[1]), rest);
      case "alter" -> alter(resource(call[1]), rest, false);
      case "validate" -> alter(resource(call[1]), rest, true);
      case "replace" -> replace(call[1], rest);
      case "raw" -> {
        String[] versionAndBody = rest.split(" ", 2);
        raw(call[1], Short.parseShort(versionAndBody[0]), versionAndBody[1]);
      }
      default -> throw new IllegalArgumentException(call[0]);
    }
  }

  static ConfigResource resource(String text) {
    String[] typeAndName = text.split(":", 2);
    return new ConfigResource(ConfigResource.Type.valueOf(typeAndName[0]), typeAndName[1]);
  }

  static void describe(ConfigResource resource, String names) throws Exception {
    Set<String> wanted = names.isEmpty() ? Set.of() : Set.of(names.split(" "));
    DescribeConfigsOptions options =
        new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true);
    Config config = admin.describeConfigs(List.of(resource), options).all().get().get(resource);
    TreeMap<String, ConfigEntry> entries = new TreeMap<>();
    config.entries().forEach(entry -> entries.put(entry.name(), entry));
    for (ConfigEntry entry : entries.values()) {
      if (wanted.isEmpty() || wanted.contains(entry.name())) {
        print(entry);
      }
    }
  }

  static void print(ConfigEntry entry) {
    StringBuilder line = new StringBuilder("  " + entry.name() + "=" + entry.value());
    line.append(" ").append(entry.source()).append(" ").append(entry.type());
    line.append(entry.isReadOnly() ? " read-only" : "");
    line.append(entry.isSensitive() ? " sensitive" : "");
    line.append(entry.documentation() == null ? "" : " documented");
    for (ConfigEntry.ConfigSynonym synonym : entry.synonyms()) {
      line.append(" | ").append(synonym.source()).append(" ");
      line.append(synonym.name()).append("=").append(synonym.value());
    }
    System.out.println(line);
  }

  static void alter(ConfigResource resource, String changes, boolean validateOnly)
      throws Exception {
    List<AlterConfigOp> ops = new ArrayList<>();
    for (String change : changes.isEmpty() ? new String[0] : changes.split(" ")) {
      OpType type = switch (change.charAt(0)) {
        case '+' -> OpType.APPEND;
        case '-' -> OpType.SUBTRACT;
        case '!' -> OpType.DELETE;
        default -> OpType.SET;
      };
      String[] nameAndValue = (type == OpType.SET ? change : change.substring(1)).split("=", 2);
      String value = nameAndValue.length > 1 ? nameAndValue[1].replace('~', ' ') : "";
      ops.add(new AlterConfigOp(new ConfigEntry(nameAndValue[0], value), type));
    }
    AlterConfigsOptions options = new AlterConfigsOptions().validateOnly(validateOnly);
    admin.incrementalAlterConfigs(Map.of(resource, ops), options).all().get();
    System.out.println("  done");
    settle();
  }

  static void replace(String resource, String values) throws Exception {
    String[] typeAndName = resource.split(":", 2);
    StringBuilder configs = new StringBuilder();
    for (String value : values.isEmpty() ? new String[0] : values.split(" ")) {
      String[] pair = value.split("=", 2);
      configs.append(configs.isEmpty() ? "" : ",");
      configs.append(String.format("{\"name\":\"%s\",\"value\":\"%s\"}", pair[0], pair[1]));
    }
    raw("ALTER_CONFIGS", (short) 2,
        String.format("{\"resources\":[{\"resourceType\":%d,\"resourceName\":\"%s\",\"configs\":"
                          + "[%s]}],\"validateOnly\":false}",
                      ConfigResource.Type.valueOf(typeAndName[0]).id(), typeAndName[1], configs));
    settle();
  }

  static void settle() throws Exception {
    ConfigResource marker = new ConfigResource(ConfigResource.Type.CLIENT_METRICS, "marker");
    String value = String.valueOf(1000 + ++markers);
    AlterConfigOp set = new AlterConfigOp(new ConfigEntry("interval.ms", value), OpType.SET);
    admin.incrementalAlterConfigs(Map.of(marker, List.of(set))).all().get();
    Config seen;
    do {
      seen = admin.describeConfigs(List.of(marker)).all().get().get(marker);
    } while (!seen.get("interval.ms").value().equals(value));
  }

  static void raw(String api, short version, String body) throws Exception {
    ApiKeys key = ApiKeys.valueOf(api);
    String name = Arrays.stream(ApiMessageType.values())
                      .filter(type -> type.apiKey() == key.id).findFirst().orElseThrow().name;
    Method read = converter(name + "RequestDataJsonConverter", "read", 2);
    ApiMessage request = (ApiMessage) read.invoke(null, JSON.readTree(body), version);
    ByteBuffer answer = exchange(key, version, request);
    ResponseHeader.parse(answer, key.responseHeaderVersion(version));
    ApiMessage response = (ApiMessage) Class.forName("org.apache.kafka.common.message." + name
                                                     + "ResponseData")
                              .getDeclaredConstructor().newInstance();
    response.read(new ByteBufferAccessor(answer), version);
    Method write = converter(name + "ResponseDataJsonConverter", "write", 2);
    System.out.println("  " + (JsonNode) write.invoke(null, response, version));
  }

  static Method converter(String type, String method, int parameters) throws Exception {
    for (Method found : Class.forName("org.apache.kafka.common.message." + type).getMethods()) {
      if (found.getName().equals(method) && found.getParameterCount() == parameters) {
        return found;
      }
    }
    throw new NoSuchMethodException(type + "." + method);
  }

  static ByteBuffer exchange(ApiKeys key, short version, ApiMessage request) throws Exception {
    RequestHeaderData header = new RequestHeaderData().setRequestApiKey(key.id)
        .setRequestApiVersion(version).setCorrelationId(1).setClientId("config-calls");
    short headerVersion = key.requestHeaderVersion(version);
    ObjectSerializationCache cache = new ObjectSerializationCache();
    int headerSize = header.size(cache, headerVersion);
    int size = headerSize + request.size(cache, version);
    ByteBuffer frame = ByteBuffer.allocate(4 + size);
    frame.putInt(size);
    ByteBufferAccessor writer = new ByteBufferAccessor(frame);
    header.write(writer, cache, headerVersion);
    request.write(writer, cache, version);
    String[] hostAndPort = address.split(":");
    try (Socket socket = new Socket(hostAndPort[0], Integer.parseInt(hostAndPort[1]))) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(frame.array());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] answer = new byte[in.readInt()];
      in.readFully(answer);
      return ByteBuffer.wrap(answer);
    }
  }
}
