// Lab 11, the rules: two workers that die around a commit. Invoices must not be lost, adverts must
// not be sent twice. An effect is a record in a sink topic, so that effects and commits stand in
// one history, which the broker put in order.
//
// The note they teach: labs/11_delivery/README.md.
#include "labs/11_delivery/rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "labs/common/check.h"

namespace kraftlab {
namespace {

constexpr size_t kDeathAfterCommit = 0;  // the planned faults
constexpr size_t kDeathBeforeCommit = 1;

RunData make_data(uint64_t seed) {
  WordMaker make(seed);
  RunData data{.lab = "11", .seed = seed};
  const uint64_t count = make.number(20, 36);
  for (uint64_t i = 0; i < count; ++i) {
    data.lists["invoices"].push_back(
        fmt::format("invoice {} for {} EUR", make.word(8), make.number(1, 900)));
    data.lists["adverts"].push_back(fmt::format("advert {} to {}", make.word(6), make.word(8)));
  }
  data.topics = {{.name = "invoices", .fill = "invoices"},
                 {.name = "adverts", .fill = "adverts"},
                 {.name = "sent-invoices"},
                 {.name = "sent-adverts"}};
  data.faults = {
      fmt::format("mute OffsetCommit of invoices at offset {}", make.number(3, count - 5)),
      fmt::format("stall OffsetCommit of adverts at offset {}", make.number(3, count - 5))};
  const std::string text = std::to_string(count);
  data.acts = {
      {{"MODE", "at-least-once"},
       {"SOURCE", "invoices"},
       {"SINK", "sent-invoices"},
       {"COUNT", text}},
      {{"MODE", "at-most-once"}, {"SOURCE", "adverts"}, {"SINK", "sent-adverts"}, {"COUNT", text}}};
  return data;
}

std::string sink_of(const std::string& source) {
  return "sent-" + source;
}

// The commits that the broker has carried out; one whose answer the program did not live to see
// counts as well, and one that the broker never looked at does not.
std::vector<CommitSeen> done_commits(const History& history, const std::string& source) {
  std::vector<CommitSeen> commits = commits_of(history, source);
  std::erase_if(commits, [](const CommitSeen& commit) { return commit.error != 0; });
  return commits;
}

Finding positions_are_committed(const History& history) {
  const std::string expected = "OffsetCommit requests for invoices and for adverts";
  for (const char* source : {"invoices", "adverts"}) {
    const auto commits = commits_of(history, source);
    if (!commits.empty() && fetches_of(history, source, 0).empty()) {
      return fail_with({"the workers read invoices and adverts (Fetch), and commit how far",
                        fmt::format("frame {}: OffsetCommit {} of {}, and no Fetch ever asked for it",
                                    commits.front().frame, commits.front().offset, source),
                        "a position says how far a topic has been read: take the records from "
                        "$SOURCE, not from a file",
                        {}});
    }
    if (!commits.empty()) {
      continue;
    }
    const auto effects = stored_records(history, sink_of(source));
    return fail_with({expected,
                      fmt::format("no OffsetCommit names {}; {} in {}", source,
                                  counted(effects.size(), "record"), sink_of(source)),
                      "without a commit the group has no memory: after a restart everything is "
                      "read again. Switch auto-commit off and commit yourself",
                      {}});
  }
  return pass_with(expected,
                   fmt::format("{} for invoices and {} for adverts",
                               counted(done_commits(history, "invoices").size(), "commit"),
                               counted(done_commits(history, "adverts").size(), "commit")));
}

Finding commits_name_the_next(const History& history) {
  for (const char* source : {"invoices", "adverts"}) {
    const auto next = static_cast<int64_t>(history.run.list(source).size());
    const auto commits = done_commits(history, source);
    const std::string expected = fmt::format(
        "the last commit of {} says {}: the offset after the last record", source, next);
    if (commits.empty() || commits.back().offset != next) {
      const int64_t said = commits.empty() ? -1 : commits.back().offset;
      return fail_with(
          {expected,
           commits.empty() ? fmt::format("no commit of {} was carried out", source)
                           : fmt::format("frame {}: it says {}", commits.back().frame, said),
           said == next - 1 ? "commit the offset to read next: that of the message plus one. What "
                              "is committed is read again after a restart"
                            : "the program ended before it had handled everything (COUNT records)",
           {}});
    }
  }
  return pass_with("the last commit names the offset after the last record",
                   "both groups end behind their last record");
}

Finding no_invoice_is_lost(const History& history) {
  const auto& invoices = history.run.list("invoices");
  const auto sunk = by_value(stored_records(history, "sent-invoices"));
  const std::string expected = "every invoice stands in sent-invoices, in spite of the death";
  for (size_t i = 0; i < invoices.size(); ++i) {
    if (sunk.contains(invoices[i])) {
      continue;
    }
    const auto commits = done_commits(history, "invoices");
    const auto past = std::ranges::find_if(
        commits, [&](const CommitSeen& c) { return c.offset > static_cast<int64_t>(i); });
    return fail_with(
        {expected,
         past != commits.end()
             ? fmt::format("frame {}: OffsetCommit {} says that offset {} is done; {} never came "
                           "to sent-invoices",
                           past->frame, past->offset, i, shown(invoices[i]))
             : fmt::format("{} (offset {}) never came to sent-invoices", shown(invoices[i]), i),
         "a commit proves nothing about processing. First the effect, and its delivery report; "
         "then the commit",
         history.fault_line(kDeathAfterCommit)});
  }
  return pass_with(expected, fmt::format("all {} invoices", invoices.size()));
}

Finding effect_comes_before_commit(const History& history) {
  const auto& invoices = history.run.list("invoices");
  const std::string expected = "each invoice is in sent-invoices before a commit passes it";
  std::map<std::string, const Exchange*> done;  // the first answer of its Produce
  const auto sent = sent_records(history, "sent-invoices");
  for (const SentRecord& record : sent) {
    if (record.is_stored()) {
      done.try_emplace(record.value.value_or(""), &history.exchanges.at(record.frame - 1));
    }
  }
  for (const CommitSeen& commit : commits_of(history, "invoices")) {
    const Exchange& asked = history.exchanges.at(commit.frame - 1);
    const auto passed = std::min(commit.offset, static_cast<int64_t>(invoices.size()));
    for (int64_t i = 0; i < passed; ++i) {
      const auto effect = done.find(invoices[static_cast<size_t>(i)]);
      if (effect == done.end() || effect->second->response_time_us > asked.time_us) {
        return fail_with(
            {expected,
             fmt::format(
                 "frame {}: OffsetCommit {} came before {} was stored{}", commit.frame,
                 commit.offset, shown(invoices[static_cast<size_t>(i)]),
                 effect == done.end() ? "" : fmt::format(" (frame {})", effect->second->frame)),
             "wait for the delivery report of the effect (flush), then commit",
             history.fault_line(kDeathAfterCommit)});
      }
    }
  }
  return pass_with(expected, "every commit came after the effects it speaks of");
}

Finding no_advert_is_sent_twice(const History& history) {
  const std::string expected = "no advert stands twice in sent-adverts, in spite of the death";
  const auto sunk = by_value(stored_records(history, "sent-adverts"));
  for (const std::string& advert : history.run.list("adverts")) {
    const auto places = sunk.find(advert);
    if (places != sunk.end() && places->second.size() > 1) {
      return fail_with({expected,
                        fmt::format("frames {} and {}: {} stands at offsets {} and {}",
                                    places->second[0].frame, places->second[1].frame, shown(advert),
                                    places->second[0].offset, places->second[1].offset),
                        "at most once means: first commit and wait for its answer, then act. Then "
                        "the death in between costs an advert and never repeats one",
                        history.fault_line(kDeathBeforeCommit)});
    }
  }
  return pass_with(expected, counted(sunk.size(), "advert") + " at one offset each");
}

Finding adverts_are_sent(const History& history) {
  const auto& adverts = history.run.list("adverts");
  const auto sunk = by_value(stored_records(history, "sent-adverts"));
  const auto there = std::ranges::count_if(
      adverts, [&](const std::string& advert) { return sunk.contains(advert); });
  const std::string expected = "adverts are lost only by the death: most of them arrive";
  const std::string saw = fmt::format("{} of {} adverts arrived", there, adverts.size());
  // Nobody died after that: what was still to be read must arrive.
  int64_t position = 0;
  const Exchange* death = history.fault(kDeathBeforeCommit);
  for (const CommitSeen& commit : done_commits(history, "adverts")) {
    if (death != nullptr && commit.frame < death->frame) {
      position = std::max(position, commit.offset);
    }
  }
  for (size_t i = static_cast<size_t>(position); death != nullptr && i < adverts.size(); ++i) {
    if (!sunk.contains(adverts[i])) {
      return fail_with({expected,
                        fmt::format("{} (offset {}) never came to sent-adverts; when the worker "
                                    "died the group stood at {}, and afterwards nobody died",
                                    shown(adverts[i]), i, position),
                        "every advert that is read is sent, once; and flush before the program ends",
                        history.fault_line(kDeathBeforeCommit)});
    }
  }
  if (static_cast<size_t>(there) * 2 < adverts.size()) {
    return fail_with({expected, saw,
                      "commit for few records at a time: what is committed and not yet sent is "
                      "what a death costs. And flush before the program ends",
                      history.fault_line(1)});
  }
  return pass_with(expected, saw);
}

constexpr Rule kRules[] = {
    {"11.1", "both workers commit their position",
     "A position that nobody commits is forgotten with the process. The rule wants OffsetCommit\n"
     "requests (API key 8) for both source topics.\n"
     "Read on: broker/handlers/08_offset_commit.cc",
     positions_are_committed},
    {"11.2", "a commit names the offset to read next",
     "A committed offset says where to go on, not what was done last: after the record at offset\n"
     "41 it is 42. One less, and every restart repeats a record although nothing went wrong.\n"
     "Read on: broker/handlers/08_offset_commit.cc",
     commits_name_the_next},
    {"11.3", "at least once: no invoice is lost",
     "The worker is killed at the moment when the broker has carried out a commit. What that\n"
     "commit speaks of will not be read again; if its effect was still to come, it never comes.\n"
     "Read on: labs/11_delivery/README.md",
     no_invoice_is_lost},
    {"11.4", "at least once: the effect comes before the commit",
     "The order of the two is what delivery semantics are made of, and it has to hold at every\n"
     "commit, not only at the one where the worker happened to die. The broker's history has\n"
     "both: the time when the effect's Produce was answered and the time when the commit came.\n"
     "Read on: labs/11_delivery/README.md",
     effect_comes_before_commit},
    {"11.5", "at most once: no advert is sent twice",
     "The worker is killed when it has sent a commit that the broker never gets to see. Whatever\n"
     "it did before that commit it will do again, because the group's position is still the old\n"
     "one.\n"
     "Read on: labs/11_delivery/README.md",
     no_advert_is_sent_twice},
    {"11.6", "at most once is not never",
     "Losing what was in hand when the worker died is the price of at most once. Losing most of\n"
     "it is a worker that commits far ahead or ends before its messages are sent.\n"
     "Read on: labs/11_delivery/README.md",
     adverts_are_sent},
};

}  // namespace

LabCode delivery_lab() {
  return {"11", make_data, kRules};
}

}  // namespace kraftlab
