// Apache Kafka's own client, for tests: produces the lines of its input, or consumes as a member of
// a group and prints what came.
//
//   RoundTrip BOOTSTRAP produce TOPIC CODEC
//   RoundTrip BOOTSTRAP consume TOPIC GROUP COUNT

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public class RoundTrip {
  public static void main(String[] args) throws Exception {
    Properties config = new Properties();
    config.put("bootstrap.servers", args[0]);
    if (args[1].equals("produce")) {
      produce(config, args[2], args[3]);
    } else {
      consume(config, args[2], args[3], Integer.parseInt(args[4]));
    }
  }

  static void produce(Properties config, String topic, String codec) throws Exception {
    config.put("compression.type", codec);
    config.put("linger.ms", "5");
    try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
        var in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"))) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String key = line.substring(0, Math.min(5, line.length()));
        sent.add(producer.send(new ProducerRecord<>(topic, key, line)));
      }
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    }
  }

  static void consume(Properties config, String topic, String group, int count) throws Exception {
    config.put("group.id", group);
    config.put("auto.offset.reset", "earliest");
    config.put("enable.auto.commit", "false");
    config.put("max.poll.records", String.valueOf(count));
    var out = new PrintStream(System.out, false, "UTF-8");
    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      long deadline = System.currentTimeMillis() + 60_000;
      for (int got = 0; got < count; ) {
        if (System.currentTimeMillis() > deadline) {
          throw new IllegalStateException("only " + got + " of " + count + " records came");
        }
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
          out.println(record.value());
          ++got;
        }
      }
      consumer.commitSync();
    }
    out.flush();
  }
}
