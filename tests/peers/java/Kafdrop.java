// What Kafdrop's pages are made of, asked with the clients and calls that it asks with. Each line of
// input is a question for all of it; the answer ends with a line "end".
//
//   Kafdrop BOOTSTRAP GROUP < questions

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;

public class Kafdrop {
  public static void main(String[] args) throws Exception {
    Properties config = new Properties();
    config.put("bootstrap.servers", args[0]);
    config.put("metadata.max.age.ms", "500");
    try (Admin admin = Admin.create(config);
        var consumer =
            new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
        var in = new BufferedReader(new InputStreamReader(System.in))) {
      while (in.readLine() != null) {
        overview(admin);
        topics(admin, consumer);
        lag(admin, consumer, args[1]);
        System.out.println("end");
        System.out.flush();
      }
    }
  }

  static void overview(Admin admin) throws Exception {
    var cluster = admin.describeCluster();
    var ids = new TreeSet<Integer>();
    for (Node node : cluster.nodes().get()) {
      ids.add(node.id());
      System.out.println("broker " + node.id() + " rack " + node.rack());
    }
    Node controller = cluster.controller().get();
    System.out.println("the controller is one of them: " + ids.contains(controller.id()));
  }

  static void topics(Admin admin, KafkaConsumer<String, String> consumer) throws Exception {
    var names = new TreeSet<>(admin.listTopics().names().get());
    var described = new TreeMap<>(admin.describeTopics(names).allTopicNames().get());
    for (TopicDescription topic : described.values()) {
      for (var partition : topic.partitions()) {
        System.out.println("admin " + topic.name() + "-" + partition.partition() + " leader "
            + id(partition.leader()) + " replicas " + ids(partition.replicas()) + " isr "
            + sorted(partition.isr()) + " elr " + sorted(partition.elr()) + " last known elr "
            + sorted(partition.lastKnownElr()));
      }
    }
    var listed = new TreeMap<>(consumer.listTopics());
    for (var topic : listed.entrySet()) {
      var partitions = new ArrayList<>(topic.getValue());
      partitions.sort((a, b) -> a.partition() - b.partition());
      for (PartitionInfo partition : partitions) {
        System.out.println("consumer " + topic.getKey() + "-" + partition.partition() + " leader "
            + id(partition.leader()) + " replicas " + ids(List.of(partition.replicas())) + " isr "
            + sorted(List.of(partition.inSyncReplicas())) + " offline "
            + sorted(List.of(partition.offlineReplicas())));
      }
    }
    custom(admin, names);
  }

  static void custom(Admin admin, Collection<String> names) throws Exception {
    var resources = names.stream()
        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
        .collect(Collectors.toList());
    var found = new TreeMap<String, String>();
    for (var topic : admin.describeConfigs(resources).all().get().entrySet()) {
      for (ConfigEntry entry : topic.getValue().entries()) {
        if (entry.source() != ConfigEntry.ConfigSource.DEFAULT_CONFIG
            && entry.source() != ConfigEntry.ConfigSource.STATIC_BROKER_CONFIG) {
          found.put(topic.getKey().name() + " " + entry.name(), entry.value() + " " + entry.source());
        }
      }
    }
    found.forEach((name, value) -> System.out.println("custom " + name + " " + value));
  }

  static void lag(Admin admin, KafkaConsumer<String, String> consumer, String group)
      throws Exception {
    var groups = new TreeSet<String>();
    admin.listConsumerGroups().all().get().forEach(listed -> groups.add(listed.groupId()));
    System.out.println("groups " + groups);
    var committed = new TreeMap<String, Long>();
    for (var offset : admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get()
        .entrySet()) {
      TopicPartition partition = offset.getKey();
      Map<TopicPartition, Long> first = consumer.beginningOffsets(List.of(partition));
      Map<TopicPartition, Long> last = consumer.endOffsets(List.of(partition));
      committed.put(partition + " from " + first.get(partition) + " to " + last.get(partition)
          + " lag", last.get(partition) - offset.getValue().offset());
    }
    committed.forEach((partition, lag) -> System.out.println("lag " + partition + " " + lag));
  }

  static String id(Node node) {
    return node == null ? "none" : node.idString();
  }

  static String ids(List<Node> nodes) {
    return nodes.stream().map(Kafdrop::id).collect(Collectors.joining(","));
  }

  static String sorted(List<Node> nodes) {
    return Arrays.toString(nodes.stream().mapToInt(Node::id).sorted().toArray());
  }
}
