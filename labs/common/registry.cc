// The labs that can be graded, in the order of the course. A new lab is one row here.
#include <fmt/format.h>
#include <signal.h>
#include <string.h>

#include <array>

#include "labs/01_first_message/rules.h"
#include "labs/02_first_program/rules.h"
#include "labs/03_listeners/rules.h"
#include "labs/04_keys/rules.h"
#include "labs/05_segments/rules.h"
#include "labs/07_acks/rules.h"
#include "labs/08_idempotence/rules.h"
#include "labs/09_batching/rules.h"
#include "labs/10_groups/rules.h"
#include "labs/11_delivery/rules.h"
#include "labs/13_two_brokers/rules.h"
#include "labs/14_unclean_election/rules.h"
#include "labs/15_quorum/rules.h"
#include "labs/common/rule.h"
#include "protocol/api/10_find_coordinator.h"

namespace kraftlab {

std::span<const LabCode> all_labs() {
  static const std::array labs = {
      first_message_lab(), first_program_lab(),    listeners_lab(), keys_lab(),   segments_lab(),
      acks_lab(),          idempotence_lab(),      batching_lab(),  groups_lab(), delivery_lab(),
      two_brokers_lab(),   unclean_election_lab(), quorum_lab(),
  };
  return labs;
}

const LabCode* find_lab(std::string_view id) {
  for (const LabCode& lab : all_labs()) {
    if (lab.id == id) {
      return &lab;
    }
  }
  return nullptr;
}

const Rule* find_rule(std::string_view rule_id) {
  for (const LabCode& lab : all_labs()) {
    for (const Rule& rule : lab.rules) {
      if (rule.id == rule_id) {
        return &rule;
      }
    }
  }
  return nullptr;
}

namespace {

// A run that passed every rule without its fault has shown nothing.
void note_unfired_fault(const History& history, Verdict& verdict) {
  for (size_t i = 0; i < history.run.faults.size(); ++i) {
    if (verdict.outcome == Outcome::Pass && history.fault(i) == nullptr) {
      verdict.outcome = Outcome::Inconclusive;
      verdict.trouble = fmt::format("the planned fault \"{}\" did not fire", history.run.faults[i]);
    }
  }
}

// What is not known cannot be held against anybody.
void note_cut_request(const History& history, Verdict& verdict) {
  for (const Exchange& exchange : history.exchanges) {
    if (verdict.outcome == Outcome::Fail && exchange.cut) {
      verdict.outcome = Outcome::Inconclusive;
      verdict.yours_to_mend = true;
      verdict.trouble = fmt::format(
          "frame {} is a request of {} KB, of which only the beginning is kept: send less in one "
          "request",
          exchange.frame, exchange.request.size() / 1024);
    }
  }
}

// Our broker refuses them, and clients may ask again until the time limit without a word.
std::string refused_transactions(const History& history) {
  using kafka::FindCoordinatorRequest;
  using kafka::FindCoordinatorResponse;
  constexpr int8_t kTransaction = 1;
  std::string text;
  for_each<FindCoordinatorRequest, FindCoordinatorResponse>(
      history, [&](const Exchange& exchange, const FindCoordinatorRequest& request, const auto*) {
        if (text.empty() && request.key_type == kTransaction && history.run.engine.empty()) {
          text = fmt::format(
              "frame {} asks for transactions, which this broker does not have yet: "
              "leave transactional.id out",
              exchange.frame);
        }
      });
  return text;
}

// The first start that did not end as a program should: at the time limit, by a signal, or with a
// status. Programs that run together are stopped by the grader when all is decided: not that.
std::string odd_end(const History& history) {
  const bool stopped_by_us = history.run.together || !history.run.nodes.empty();
  for (const Start& start : history.end->starts) {
    const int signal = start.exit_code > 128 ? start.exit_code - 128 : 0;
    if (start.timed_out) {
      return fmt::format("it still ran at the time limit, after {} s, and was stopped",
                         start.duration_ms / 1000);
    }
    if (start.killed || start.exit_code == 0 ||
        (stopped_by_us && (signal == SIGTERM || signal == SIGKILL))) {
      continue;
    }
    if (signal > 0 && sigabbrev_np(signal) != nullptr) {
      return fmt::format("it was ended by signal {} (SIG{}) after {} ms", signal,
                         sigabbrev_np(signal), start.duration_ms);
    }
    return fmt::format("it ended with status {} after {} ms: what did it print?", start.exit_code,
                       start.duration_ms);
  }
  return {};
}

}  // namespace

bool is_settled(const History& history) {
  const LabCode* lab = find_lab(history.run.lab);
  for (size_t i = 0; lab != nullptr && i < lab->rules.size(); ++i) {
    const Finding finding = lab->rules[i].check(history);
    if (finding.outcome != Outcome::Pass) {
      return finding.final;
    }
  }
  for (size_t i = 0; i < history.run.faults.size(); ++i) {
    if (history.fault(i) == nullptr) {
      return false;
    }
  }
  return lab != nullptr;
}

Verdict judge(const History& history, std::string run_id) {
  Verdict verdict{.lab = history.run.lab,
                  .title = {},
                  .seed = history.run.seed,
                  .run_id = std::move(run_id),
                  .outcome = Outcome::Inconclusive,
                  .findings = {},
                  .trouble = {},
                  .yours_to_mend = false,
                  .program = {}};
  const LabCode* lab = find_lab(history.run.lab);
  if (lab == nullptr) {
    verdict.trouble =
        fmt::format("the evidence is of lab {}, which this version does not have", history.run.lab);
  } else if (!history.end) {
    verdict.trouble = "the evidence has no end: the run was cut short";
  } else if (history.full) {
    verdict.trouble =
        "the run produced more evidence than is kept; nothing can be said of the rest";
  } else {
    verdict.outcome = Outcome::Pass;
    for (const Rule& rule : lab->rules) {
      Finding finding = rule.check(history);
      finding.rule = rule.id;
      finding.sentence = rule.sentence;
      const bool decides = verdict.outcome == Outcome::Pass && finding.outcome != Outcome::Pass;
      if (decides) {
        verdict.outcome = finding.outcome;
      }
      verdict.findings.push_back(std::move(finding));
    }
    verdict.program = refused_transactions(history);
    if (verdict.program.empty()) {
      verdict.program = odd_end(history);
    }
    note_unfired_fault(history, verdict);
    note_cut_request(history, verdict);
  }
  return verdict;
}

}  // namespace kraftlab
