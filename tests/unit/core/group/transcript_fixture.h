// Plays a group transcript: requests to a GroupCoordinator as lines of text, and after each of them
// what came out of it.
//
//   > t=0 join A                       a request at a time; the clock first moves there
//     A <- MEMBER_ID_REQUIRED          replies, in order
//     log: group g generation 0 ...    records appended to __consumer_offsets
//
// Requests (options as key=value, defaults in brackets):
//   join A        [v=9 instance= session=10000 rebalance=60000 protocols=range type=consumer
//                  topics=t client= id=known|none]
//   sync A        [gen=current A=part B=part ...]          v=5, the parts are the leader's word
//   heartbeat A   [gen=current id=current|first]
//   leave A B     [v=5 instance=x]                         instance= leaves without a member id
//   commit A      t-0=5 ...   [gen=current meta= v=9]      A may be -, who is no member
//   fetch         t-0 ... | all   [stable]
//   delete-offsets t-0 ...         delete-group g ...         describe [g]      list [states=...]
//   topic-deleted t
//   hold | release | fail ERROR    appends wait; all that wait are durable; all that wait failed
//   restart                        a new coordinator reads the log
//   unload                         another broker leads the partition now
// All of them take group=g. Members are shown by letter; A' is A's second member id.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "broker/core/group/coordinator.h"

namespace kafka::test {

class GroupTranscript {
 public:
  GroupTranscript();

  // The text with every expectation replaced by what really happened.
  std::string play(const std::string& text);

  GroupSettings settings;  // changed by a line "settings key=value ..." before the first request

 private:
  struct Command {
    std::string verb;
    std::vector<std::string> words;  // without options
    std::map<std::string, std::string> options;

    std::string option(const std::string& key, const std::string& otherwise) const;
    int64_t number(const std::string& key, int64_t otherwise) const;
  };
  struct Client {
    std::string member_id;
    int32_t generation = -1;
  };

  static Command parse(const std::string& line);
  void start();
  void run(Command command);
  void run_request(const Command& command);
  void change_settings(const Command& command);
  void advance_to(int64_t t);
  void drive(GroupOutput output);
  void append(const GroupAppend& append);
  void finish(const GroupAppend& append, ErrorCode error);
  void restart();

  void join(const Command& command);
  void sync(const Command& command);
  void heartbeat(const Command& command);
  void leave(const Command& command);
  void commit(const Command& command);
  void fetch(const Command& command);
  void delete_offsets(const Command& command);
  void describe(const Command& command);
  void list(const Command& command);

  ReplyTo ask(const std::string& who, int16_t version);
  void say(const std::string& line);
  void show(const GroupReply& reply);
  void show(const GroupRecord& record);
  void note_member_id(const std::string& who, const std::string& member_id);
  std::string letter_of(const std::string& member_id) const;
  std::string group_of(const Command& command) const;

  std::unique_ptr<SeededRandom> random_;
  std::unique_ptr<GroupCoordinator> coordinator_;
  int64_t now_ms_ = 0;
  bool holding_ = false;
  std::deque<GroupAppend> held_;
  Bytes log_;                           // what is durable, as batches
  int64_t log_end_ = 0;
  std::map<std::string, Client> clients_;
  std::map<std::string, std::string> letters_;         // member id -> how to show it
  std::map<std::string, int> ids_given_;
  std::map<uint64_t, std::string> asked_;              // ReplyTo::sequence -> who
  uint64_t next_sequence_ = 1;
  std::string out_;
};

}  // namespace kafka::test
