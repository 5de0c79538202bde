// CreateTopics, CreatePartitions, DeleteTopics: what is refused, and what is written.
#include <algorithm>
#include <set>

#include "broker/core/controller/features.h"
#include "tests/unit/core/controller/controller_fixture.h"

namespace kafka {
namespace {

using NewTopic = CreateTopicsRequest::CreatableTopic;

class Topics : public ControllerTest {
 protected:
  explicit Topics(const ConfigMap& properties = {}) : ControllerTest(properties) { add_broker(1); }

  static NewTopic topic(const std::string& name, int32_t partitions = 1, int16_t replicas = 1) {
    NewTopic topic;
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = replicas;
    return topic;
  }
  static NewTopic assigned(const std::string& name,
                           std::vector<std::pair<int32_t, std::vector<int32_t>>> replicas) {
    NewTopic topic = Topics::topic(name, -1, -1);
    for (auto& [partition, brokers] : replicas) {
      topic.assignments.push_back({partition, brokers});
    }
    return topic;
  }
  static NewTopic configured(const std::string& name, const std::string& key,
                             std::optional<std::string> value) {
    NewTopic topic = Topics::topic(name);
    topic.configs.push_back({key, std::move(value)});
    return topic;
  }
  Decision<CreateTopicsResponse> decide(std::vector<NewTopic> topics, bool validate_only = false) {
    CreateTopicsRequest request;
    request.topics = std::move(topics);
    request.validate_only = validate_only;
    return controller_.decide_create_topics(request);
  }
  ErrorCode error(NewTopic topic) {
    return static_cast<ErrorCode>(decide({std::move(topic)}).reply.topics.at(0).error_code);
  }
  void create(std::vector<NewTopic> topics) { apply(decide(std::move(topics)).records); }

  ErrorCode grow(const std::string& name, int32_t count,
                 std::optional<std::vector<std::vector<int32_t>>> assignments = {}) {
    CreatePartitionsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.count = count;
    topic.assignments.reset();
    if (assignments) {
      topic.assignments.emplace();
      for (auto& brokers : *assignments) {
        topic.assignments->push_back({brokers});
      }
    }
    auto decision = controller_.decide_create_partitions(request);
    apply(std::move(decision.records));
    return static_cast<ErrorCode>(decision.reply.results.at(0).error_code);
  }

  DeleteTopicsResponse::DeletableTopicResult remove(std::optional<std::string> name, Uuid id,
                                                    int16_t version = 6) {
    DeleteTopicsRequest request;
    request.topics.push_back({name, id});
    if (name) {
      request.topic_names.push_back(*name);
    }
    auto decision = controller_.decide_delete_topics(request, version);
    apply(std::move(decision.records));
    return decision.reply.responses.at(0);
  }
};

TEST_F(Topics, ATopicIsATopicItsConfigurationAndItsPartitions) {
  NewTopic orders = topic("orders", 2);
  orders.configs = {{"retention.ms", "1000"}, {"min.insync.replicas", "1"}};
  const auto decision = decide({orders, topic("plain")});
  EXPECT_EQ(texts_of(decision.records),
            (Lines{"Topic orders", "Config 2 'orders' min.insync.replicas=1",
                   "Config 2 'orders' retention.ms=1000", "ClearElr orders",
                   "Partition 0 replicas 1 isr 1 leader 1", "Partition 1 replicas 1 isr 1 leader 1",
                   "Topic plain", "Partition 0 replicas 1 isr 1 leader 1"}));
  const auto& partition = std::get<PartitionRecord>(decision.records.back());
  EXPECT_EQ(partition.leader_epoch, 0);
  EXPECT_EQ(partition.partition_epoch, 0);
  EXPECT_EQ(partition.directories, state().broker(1)->log_dirs);
  const auto& result = decision.reply.topics.at(0);
  EXPECT_EQ(result.num_partitions, 2);
  EXPECT_EQ(result.replication_factor, 1);
  EXPECT_FALSE(result.topic_id.is_zero());
  EXPECT_EQ(result.error_message, std::nullopt);
}

TEST_F(Topics, MinusOneMeansTheDefaults) {
  const auto decision = decide({topic("t", -1, -1)});
  EXPECT_EQ(decision.reply.topics.at(0).num_partitions, 1);
  EXPECT_EQ(decision.reply.topics.at(0).replication_factor, 1);
}

TEST_F(Topics, NamesAreCheckedAsInKafka) {
  for (const std::string& bad : {std::string(), std::string("."), std::string(".."),
                                 std::string("a/b"), std::string("ä"), std::string("a b"),
                                 std::string("../x"), std::string(250, 'x')}) {
    EXPECT_EQ(error(topic(bad)), ErrorCode::InvalidTopicException) << bad;
  }
  for (const std::string& good : {std::string("..."), std::string("a.b_c-D9"),
                                  std::string(249, 'x')}) {
    EXPECT_EQ(error(topic(good)), ErrorCode::None) << good;
  }
  EXPECT_EQ(error(topic("__cluster_metadata")), ErrorCode::InvalidRequest);
  EXPECT_EQ(error(topic("__consumer_offsets")), ErrorCode::None);
}

TEST_F(Topics, DotAndUnderscoreCollide) {
  create({topic("a.b")});
  EXPECT_EQ(error(topic("a_b")), ErrorCode::InvalidTopicException);
  EXPECT_EQ(error(topic("a.b")), ErrorCode::TopicAlreadyExists);
  EXPECT_EQ(error(topic("a.bc")), ErrorCode::None);
  EXPECT_EQ(decide({topic("a.b")}).reply.topics.at(0).error_message, "Topic 'a.b' already exists.");
}

TEST_F(Topics, ANameThatStandsTwiceIsRefusedOnce) {
  const auto decision = decide({topic("t"), topic("t"), topic("u")});
  ASSERT_EQ(decision.reply.topics.size(), 2u);
  EXPECT_EQ(decision.reply.topics[0].error_code, static_cast<int16_t>(ErrorCode::InvalidRequest));
  EXPECT_EQ(decision.reply.topics[1].error_code, 0);
  EXPECT_EQ(texts_of(decision.records).front(), "Topic u");
}

TEST_F(Topics, CountsMustBePositiveOrMinusOne) {
  EXPECT_EQ(error(topic("t", 0, 1)), ErrorCode::InvalidPartitions);
  EXPECT_EQ(error(topic("t", -2, 1)), ErrorCode::InvalidPartitions);
  EXPECT_EQ(error(topic("t", 1, 0)), ErrorCode::InvalidReplicationFactor);
  EXPECT_EQ(error(topic("t", 1, -2)), ErrorCode::InvalidReplicationFactor);
  EXPECT_EQ(error(topic("t", 1, 2)), ErrorCode::InvalidReplicationFactor);
}

TEST_F(Topics, AssignmentsByHand) {
  EXPECT_EQ(error(assigned("t", {{0, {1}}})), ErrorCode::None);
  EXPECT_EQ(error(assigned("t", {{1, {1}}, {0, {1}}})), ErrorCode::None);
  EXPECT_EQ(error(assigned("t", {{0, {2}}})), ErrorCode::InvalidReplicaAssignment);
  EXPECT_EQ(error(assigned("t", {{1, {1}}})), ErrorCode::InvalidReplicaAssignment);
  EXPECT_EQ(error(assigned("t", {{0, {1, 1}}})), ErrorCode::InvalidReplicaAssignment);
  EXPECT_EQ(error(assigned("t", {{0, {}}})), ErrorCode::InvalidReplicaAssignment);
  EXPECT_EQ(error(assigned("t", {{0, {1}}, {0, {1}}})), ErrorCode::InvalidReplicaAssignment);
  EXPECT_EQ(error(assigned("t", {{0, {1}}, {2, {1}}})), ErrorCode::InvalidReplicaAssignment);
  NewTopic counted = assigned("t", {{0, {1}}});
  counted.num_partitions = 1;
  EXPECT_EQ(error(counted), ErrorCode::InvalidRequest);
  counted.num_partitions = -1;
  counted.replication_factor = 1;
  EXPECT_EQ(error(counted), ErrorCode::InvalidRequest);
  add_broker(2);
  EXPECT_EQ(error(assigned("t", {{0, {1}}, {1, {1, 2}}})), ErrorCode::InvalidReplicaAssignment);
  fence(2);
  EXPECT_EQ(error(assigned("t", {{0, {2}}})), ErrorCode::InvalidReplicaAssignment);
  EXPECT_EQ(texts_of(decide({assigned("t", {{0, {2, 1}}})}).records).back(),
            "Partition 0 replicas 2,1 isr 1 leader 1");
}

TEST_F(Topics, ConfigurationsAreChecked) {
  EXPECT_EQ(error(configured("t", "foo", "bar")), ErrorCode::InvalidConfig);
  EXPECT_EQ(error(configured("t", "retention.ms", "abc")), ErrorCode::InvalidConfig);
  EXPECT_EQ(error(configured("t", "retention.ms", std::nullopt)), ErrorCode::InvalidConfig);
  EXPECT_EQ(error(configured("t", "cleanup.policy", "foo")), ErrorCode::InvalidConfig);
  NewTopic twice = configured("t", "retention.ms", "1");
  twice.configs.push_back({"retention.ms", "2"});
  EXPECT_EQ(texts_of(decide({twice}).records).at(1), "Config 2 't' retention.ms=2");
}

TEST_F(Topics, OneBadTopicDoesNotHoldUpTheOthers) {
  const auto decision = decide({topic("bad/name"), topic("good")});
  EXPECT_EQ(decision.reply.topics[0].error_code,
            static_cast<int16_t>(ErrorCode::InvalidTopicException));
  EXPECT_EQ(texts_of(decision.records),
            (Lines{"Topic good", "Partition 0 replicas 1 isr 1 leader 1"}));
}

TEST_F(Topics, ValidatingWritesNothing) {
  const auto decision = decide({topic("t", 3)}, true);
  EXPECT_TRUE(decision.records.empty());
  EXPECT_EQ(decision.reply.topics.at(0).num_partitions, 3);
}

TEST_F(Topics, ABatchHasALimitAndIsAllOrNothing) {
  EXPECT_EQ(error(topic("t", 10'001)), ErrorCode::PolicyViolation);
  const auto decision = decide({topic("a", 5000), topic("b", 5000)});  // two records too many
  EXPECT_TRUE(decision.records.empty());
  for (const auto& result : decision.reply.topics) {
    EXPECT_EQ(result.error_code, static_cast<int16_t>(ErrorCode::PolicyViolation));
  }
  EXPECT_EQ(error(topic("t", 9999)), ErrorCode::None);
}

TEST_F(Topics, WithoutUsableBrokersNothingIsCreated) {
  fence(1);
  EXPECT_EQ(error(topic("t")), ErrorCode::InvalidReplicationFactor);
}

TEST_F(Topics, LeadersAndReplicasSpreadOverBrokersAndRacks) {
  for (int32_t id = 2; id <= 4; ++id) {
    add_broker(id, id <= 2 ? "a" : "b");
  }
  create({topic("t", 12, 2)});
  std::map<std::string, int> leaders;  // broker 1 is on a rack of its own
  for (const PartitionImage& partition : state().topic("t")->partitions) {
    EXPECT_EQ(std::set<int32_t>(partition.replicas.begin(), partition.replicas.end()).size(), 2u);
    ++leaders[state().broker(partition.leader)->rack.value_or("")];
  }
  for (const std::string rack : {"", "a", "b"}) {
    EXPECT_GE(leaders[rack], 3) << "rack " << rack;
  }
}

TEST_F(Topics, ReplicasStandOnDifferentRacks) {
  fence(1);
  add_broker(2, "a");
  add_broker(3, "a");
  add_broker(4, "b");
  add_broker(5, "b");
  create({topic("t", 8, 2)});
  for (const PartitionImage& partition : state().topic("t")->partitions) {
    EXPECT_NE(state().broker(partition.replicas[0])->rack,
              state().broker(partition.replicas[1])->rack);
  }
}

TEST_F(Topics, APartitionGoesToTheEmptiestDirectory) {
  add_broker(2, {}, 3);
  create({assigned("t", {{0, {2}}, {1, {2}}, {2, {2}}, {3, {2}}})});
  std::map<Uuid, int> used;
  for (const PartitionImage& partition : state().topic("t")->partitions) {
    ++used[partition.directories.at(0)];
  }
  EXPECT_EQ(used.size(), 3u);
}

TEST_F(Topics, PartitionsAreAddedAtTheEnd) {
  create({topic("t", 2)});
  EXPECT_EQ(grow("t", 2), ErrorCode::InvalidPartitions);
  EXPECT_EQ(grow("t", 1), ErrorCode::InvalidPartitions);
  EXPECT_EQ(grow("t", -1), ErrorCode::InvalidPartitions);
  EXPECT_EQ(grow("nope", 3), ErrorCode::UnknownTopicOrPartition);
  EXPECT_EQ(grow("t", 4, {{{1}}}), ErrorCode::InvalidReplicaAssignment);
  EXPECT_EQ(grow("t", 3, {{{2}}}), ErrorCode::InvalidReplicaAssignment);
  EXPECT_EQ(grow("t", 3, std::vector<std::vector<int32_t>>{}), ErrorCode::InvalidReplicaAssignment);
  EXPECT_EQ(grow("t", 20'000), ErrorCode::PolicyViolation);
  EXPECT_EQ(grow("t", 4), ErrorCode::None);
  EXPECT_EQ(grow("t", 5, {{{1}}}), ErrorCode::None);
  EXPECT_EQ(state().topic("t")->partitions.size(), 5u);
  EXPECT_EQ(partition("t", 4), "leader 1 epoch 0/0 isr 1");
}

TEST_F(Topics, ATopicGoesWithItsConfiguration) {
  create({configured("t", "retention.ms", "1")});
  const Uuid id = state().topic("t")->id;
  const auto result = remove("t", {});
  EXPECT_EQ(result.error_code, 0);
  EXPECT_EQ(result.topic_id, id);
  EXPECT_EQ(state().topic("t"), nullptr);
  EXPECT_TRUE(state().topic_configs("t").empty());
  EXPECT_EQ(state().partition_count(), 0u);
}

TEST_F(Topics, ATopicIsDeletedByIdToo) {
  create({topic("t")});
  const auto result = remove(std::nullopt, state().topic("t")->id);
  EXPECT_EQ(result.error_code, 0);
  EXPECT_EQ(result.name, "t");
  EXPECT_EQ(state().topic("t"), nullptr);
}

TEST_F(Topics, WhatCannotBeDeletedIsSaid) {
  create({topic("t")});
  const Uuid id = state().topic("t")->id;
  const auto code = [](const auto& result) { return static_cast<ErrorCode>(result.error_code); };
  EXPECT_EQ(code(remove("nope", {})), ErrorCode::UnknownTopicOrPartition);
  EXPECT_EQ(code(remove(std::nullopt, {5, 5})), ErrorCode::UnknownTopicId);
  EXPECT_EQ(code(remove(std::nullopt, {})), ErrorCode::InvalidRequest);
  EXPECT_EQ(code(remove("t", id)), ErrorCode::InvalidRequest);
  DeleteTopicsRequest twice;
  twice.topics = {{"t", {}}, {"t", {}}};
  const auto decision = controller_.decide_delete_topics(twice, 6);
  ASSERT_EQ(decision.reply.responses.size(), 1u);
  EXPECT_EQ(code(decision.reply.responses[0]), ErrorCode::InvalidRequest);
  DeleteTopicsRequest both_ways;
  both_ways.topics = {{"t", {}}, {std::nullopt, id}};
  const auto both = controller_.decide_delete_topics(both_ways, 6);
  EXPECT_EQ(both.records.size(), 1u);
  EXPECT_EQ(code(both.reply.responses.at(1)), ErrorCode::InvalidRequest);
}

class TopicsThatStay : public Topics {
 protected:
  TopicsThatStay() : Topics({{"delete.topic.enable", "false"}}) {}
};

TEST_F(TopicsThatStay, DeletionCanBeDisabled) {
  create({topic("t")});
  EXPECT_EQ(remove("t", {}, 6).error_code, static_cast<int16_t>(ErrorCode::TopicDeletionDisabled));
  EXPECT_EQ(remove("t", {}, 2).error_code, static_cast<int16_t>(ErrorCode::InvalidRequest));
  EXPECT_NE(state().topic("t"), nullptr);
}

}  // namespace
}  // namespace kafka
