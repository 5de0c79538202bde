// Lab 03, the rules: one broker, a program inside the container network and one outside. What each
// was told in Metadata, and what each then dialled.
//
// The note they teach: notes/listeners.md.
#include "labs/03_listeners/rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "labs/common/check.h"
#include "protocol/api/03_metadata.h"

namespace kraftlab {
namespace {

constexpr std::string_view kOrders = "orders";
constexpr const char* kPlaces[] = {"inside", "outside"};

RunData make_data(uint64_t seed) {
  WordMaker make(seed);
  RunData data{.lab = "03", .seed = seed};
  for (const char* place : kPlaces) {
    const uint64_t count = make.number(8, 15);
    for (uint64_t i = 0; i < count; ++i) {
      data.lists[place].push_back(
          fmt::format("order from {}: {} of {}", place, make.number(1, 40), make.word(8)));
    }
    data.acts.push_back({{"PLACE", place}, {"CLIENT_ID", place}});
  }
  data.together = true;
  data.compose = "broker";
  return data;
}

// The host and port that the broker handed out to the client in that place; the first of them.
struct Told {
  uint64_t frame = 0;
  std::string listener;
  std::string address;  // "broker:9092"
  std::string host;
};

std::optional<Told> told_to(const History& history, const std::string& place) {
  std::optional<Told> told;
  for_each<kafka::MetadataRequest, kafka::MetadataResponse>(
      history, [&](const Exchange& exchange, const auto&, const kafka::MetadataResponse* response) {
        if (!told && exchange.header.client_id == place && response != nullptr &&
            !response->brokers.empty()) {
          const auto& broker = response->brokers.front();
          told = Told{exchange.frame, exchange.listener,
                      fmt::format("{}:{}", broker.host, broker.port), broker.host};
        }
      });
  return told;
}

std::string deed_beginning(const History& history, const std::string& begin) {
  for (const Deed& deed : history.deeds) {
    if (deed.text.starts_with(begin)) {
      return deed.text.substr(begin.size());
    }
  }
  return {};
}

// The addresses that a program dialled, in order, each once: "localhost:9092".
std::vector<std::string> dialled_by(const History& history, const std::string& place) {
  std::vector<std::string> dialled;
  const std::string begin = place + " dials ";
  for (const Deed& deed : history.deeds) {
    if (deed.text.starts_with(begin) &&
        std::ranges::find(dialled, deed.text.substr(begin.size())) == dialled.end()) {
      dialled.push_back(deed.text.substr(begin.size()));
    }
  }
  return dialled;
}

bool has_dialled(const History& history, const std::string& place, const std::string& address) {
  const auto dialled = dialled_by(history, place);
  const bool own_loopback = address.starts_with("127.0.0.1:");
  return std::ranges::find(dialled, own_loopback ? "localhost" + address.substr(9) : address) !=
         dialled.end();
}

bool reached(const History& history, const std::string& place) {
  return std::ranges::any_of(history.exchanges, [&](const Exchange& exchange) {
    return exchange.header.client_id == place;
  });
}

std::vector<SentRecord> sent_from(const History& history, const std::string& place) {
  std::vector<SentRecord> sent = sent_records(history, kOrders);
  std::erase_if(sent, [&](const SentRecord& record) {
    return history.exchanges.at(record.frame - 1).header.client_id != place;
  });
  return sent;
}

Finding broker_starts(const History& history) {
  const std::string expected = "the broker starts with what compose.yml says";
  for (const char* who : {"compose refused: ", "broker refused: "}) {
    if (const std::string why = deed_beginning(history, who); !why.empty()) {
      // The run has an address of its own: whoever has the port listens on all addresses.
      if (why.find("another program has port") != std::string::npos) {
        Finding finding;
        finding.outcome = Outcome::Inconclusive;
        finding.expected = expected;
        finding.saw = told(why);
        return finding;
      }
      return fail_with(
          {expected,
           told(why),
           std::string_view(who).starts_with("compose")
               ? "the grader reads `services:`, `broker:` and in it `environment:` and `ports:`"
               : "every name in KAFKA_ADVERTISED_LISTENERS has to stand in KAFKA_LISTENERS and in "
                 "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
           {}},
          true);
    }
  }
  return pass_with(expected, "it started");
}

Finding bootstrap_is_reached(const History& history) {
  const std::string expected = "both programs reach the broker at their bootstrap address";
  for (const std::string place : kPlaces) {
    if (reached(history, place)) {
      continue;
    }
    const std::string nameless = deed_beginning(history, place + " looks up ");
    const auto dialled = dialled_by(history, place);
    if (!nameless.empty()) {
      return fail_with(
          {expected,
           fmt::format("{} looks up {}", place, nameless),
           place == "outside" ? "names of services are names inside the container network only. "
                                "From the host you get in through a published port of localhost"
                              : "inside, the broker's name is that of its service: broker",
           {}},
          true);
    }
    if (!dialled.empty()) {
      const bool own = place == "inside" && dialled[0].starts_with("localhost:");
      return fail_with(
          {expected,
           fmt::format("{} dials {}, and no request of it came to the broker (client.id {})", place,
                       dialled[0], shown(place)),
           own ? "localhost in a container is that container itself, and no broker listens there: "
                 "dial the broker by the name of its service"
               : "is a listener bound to that port, is the port published (ports:), and is "
                 "client.id set to $CLIENT_ID?",
           {}},
          own);
    }
    return fail_with({expected,
                      fmt::format("the program {} dialled nobody", place),
                      "run is started twice, with PLACE=inside and PLACE=outside; each has its "
                      "bootstrap.servers in a file of its own",
                      {}});
  }
  return pass_with(expected, "both did");
}

Finding told_address_is_dialled(const History& history) {
  const std::string expected =
      "orders go to the address that Metadata hands out, not to the bootstrap address";
  for (const std::string place : kPlaces) {
    const auto told = told_to(history, place);
    const auto sent = sent_from(history, place);
    if (!sent.empty() && (!told || !has_dialled(history, place, told->address))) {
      return fail_with(
          {expected,
           told ? fmt::format(
                      "frame {}: {} is told {}; frame {}: it sends orders, and has dialled only {}",
                      told->frame, place, told->address, sent.front().frame,
                      fmt::join(dialled_by(history, place), ", "))
                : fmt::format("frame {}: {} sends orders and never asked for Metadata",
                              sent.front().frame, place),
           "with one broker the bootstrap address is by chance the leader's. A client has to ask "
           "who leads, and to dial that: fix what is handed out instead",
           {}},
          true);
    }
  }
  return pass_with(expected, "both dialled what they were told");
}

// What is handed out to a program must have a meaning where it is. For good it has failed when the
// program has acted on it: one that sends without dialling breaks the rule before this one.
Finding told_well(const History& history, const std::string& place,
                  const std::set<std::string>& hosts, const std::string& advice) {
  const auto told = told_to(history, place);
  const std::string expected =
      fmt::format("the address handed out to the program {} is one it can dial", place);
  if (!told) {
    return fail_with({expected,
                      fmt::format("no Metadata was answered to {}", place),
                      "does the program ask the broker for anything?",
                      {}});
  }
  if (!hosts.contains(told->host)) {
    const std::string looked = deed_beginning(history, place + " looks up ");
    const bool acted = !looked.empty() || has_dialled(history, place, told->address) ||
                       !sent_from(history, place).empty();
    return fail_with(
        {expected,
         fmt::format("frame {}: listener {} hands out {}{}", told->frame, told->listener,
                     told->address,
                     looked.empty() ? "" : fmt::format("; {} looks up {}", place, looked)),
         advice,
         {}},
        acted);
  }
  return pass_with(expected, fmt::format("frame {}: listener {} hands out {}", told->frame,
                                         told->listener, told->address));
}

Finding inside_is_told_well(const History& history) {
  return told_well(history, "inside", {"broker"},
                   "localhost inside is the program's own container. The listener that the inside "
                   "uses needs broker:PORT in KAFKA_ADVERTISED_LISTENERS; who comes from outside "
                   "needs another listener, with an address of its own");
}

Finding outside_is_told_well(const History& history) {
  return told_well(history, "outside", {"localhost", "127.0.0.1"},
                   "the name broker means nothing outside. The published port has to lead to a "
                   "listener of its own, whose advertised address is localhost and that port");
}

Finding orders_are_stored(const History& history) {
  const std::string expected = "all orders of both programs stand in the topic orders";
  const auto stored = stored_records(history, kOrders);
  for (const std::string place : kPlaces) {
    auto own = sent_from(history, place);
    std::erase_if(own, [](const SentRecord& record) { return !record.is_stored(); });
    const auto missing = missing_from(own, history.run.list(place));
    if (!missing.empty()) {
      const auto told = told_to(history, place);
      return fail_with(
          {expected,
           fmt::format("{} of {} from {} are missing{}; the first is {}{}", missing.size(),
                       history.run.list(place).size(), place,
                       missing_from(stored, missing).empty() ? " (another program sent them)" : "",
                       shown(missing[0]),
                       told ? fmt::format("; it was told {}", told->address) : ""),
           "does a listener stand behind the port that is handed out? And does the program send "
           "all of $LAB_DATA/$PLACE.txt and flush?",
           {}});
    }
  }
  return pass_with(expected, fmt::format("all {} stand there", stored.size()));
}

constexpr Rule kRules[] = {
    {"03.1", "the broker starts with the compose file",
     "Each KAFKA_* variable is a property: KAFKA_ADVERTISED_LISTENERS is advertised.listeners.\n"
     "The broker refuses a file in which they contradict each other, and says which.\n"
     "Read on: broker/config/listeners.cc",
     broker_starts},
    {"03.2", "both programs reach the broker",
     "A name means what it means where it is used. `broker` is known inside the container\n"
     "network, `localhost` is everywhere, and everywhere somebody else: in a container it is the\n"
     "container.\n"
     "Read on: notes/listeners.md",
     bootstrap_is_reached},
    {"03.3", "the address that is handed out is dialled",
     "The bootstrap address is only for the first question. The answer to Metadata names each\n"
     "broker's host and port, and clients dial those for everything else.\n"
     "Read on: broker/handlers/03_metadata.cc",
     told_address_is_dialled},
    {"03.4", "inside gets an address that means the broker inside",
     "A broker hands out the advertised address of the listener on which it was asked. So who\n"
     "asks inside has to come in on a listener whose advertised address is good inside.\n"
     "Read on: notes/listeners.md",
     inside_is_told_well},
    {"03.5", "outside gets an address that means the broker outside",
     "The inner name handed out outside is the most frequent mistake of all: the first connection\n"
     "works, and the second ends at a name that nobody can resolve.\n"
     "Read on: notes/listeners.md",
     outside_is_told_well},
    {"03.6", "the orders of both arrive",
     "Only who reached the leader at the address handed out has anything stored.\n"
     "Read on: notes/listeners.md",
     orders_are_stored},
};

}  // namespace

LabCode listeners_lab() {
  return {"03", make_data, kRules};
}

}  // namespace kraftlab
