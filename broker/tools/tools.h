// The tools in this program, one main each. `words` are the arguments after the tool's name.
//
// To add one: a file with its main, a row in main.cc, its script's name in distribution.cmake.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kafka {

using Words = std::vector<std::string>;

int run_topics(const Words& words);
int run_console_producer(const Words& words);
int run_console_consumer(const Words& words);
int run_storage(const Words& words);
int run_metadata_quorum(const Words& words);
int run_server_stop(const Words& words);
int run_consumer_groups(const Words& words);
int run_get_offsets(const Words& words);
int run_configs(const Words& words);
int run_log_dirs(const Words& words);
int run_delete_records(const Words& words);
int run_broker_api_versions(const Words& words);
int run_cluster(const Words& words);
int run_dump_log(const Words& words);
int run_leader_election(const Words& words);
int run_reassign_partitions(const Words& words);
int run_features(const Words& words);
int run_links(const Words& words);

// Names that Kafka has or had and that are not here: one sentence that says what to do instead.
// True when the name is known to it.
bool explain_absent_tool(std::string_view name, const Words& words);

// A command that still names ZooKeeper: one sentence, and the command that took its place.
bool names_zookeeper(const Words& words);
int refuse_zookeeper(std::string_view tool, const Words& words);

}  // namespace kafka
