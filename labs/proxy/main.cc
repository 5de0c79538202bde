// kraftlab-proxy: a recording and fault-injecting proxy before one Apache Kafka broker, in the
// foreground, until a signal. `./lab grade --engine kafka` starts it (labs/common/engine.h).
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <string>

#include "broker/io/evidence_recorder.h"
#include "labs/proxy/proxy.h"

namespace {

int refuse(const std::string& why) {
  fmt::print(stderr, "kraftlab-proxy: {}\n", why);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"A recording and fault-injecting proxy before an Apache Kafka broker"};
  kraftlab::BrokerAddress broker{"127.0.0.1", 9092};
  kafka::ListenAddress own{.listener = "PLAINTEXT", .host = "127.0.0.1", .port = 0};
  bool addresses_stay = false;
  std::string evidence;
  std::string faults;
  app.add_option("--broker-host", broker.host, "where the broker is: an IPv4 address");
  app.add_option("--broker-port", broker.port, "and its port")->required();
  app.add_option("--host", own.host, "where to listen: an IPv4 address of this machine");
  app.add_option("--port", own.port, "and its port; 0: a free one");
  app.add_option("--listener", own.listener, "what the listener is called in the evidence");
  app.add_flag("--addresses-stay", addresses_stay,
               "leave the brokers' addresses in the answers as they are");
  app.add_option("--evidence", evidence, "the evidence file to append to")->required();
  app.add_option("--faults", faults, "planned faults (broker/core/faults.h)");
  CLI11_PARSE(app, argc, argv);

  auto recorder = kafka::EvidenceRecorder::open(evidence);
  if (!recorder) {
    return refuse(recorder.error().message);
  }
  if (!faults.empty()) {
    auto plan = kafka::FaultPlan::parse(faults);
    if (!plan) {
      return refuse(plan.error().message);
    }
    for (const kafka::Fault& fault : plan->faults()) {
      if (fault.needs_broker()) {
        return refuse(fmt::format("\"{}\" is a fault of kraftlab's own broker: this proxy stands "
                                  "before Apache Kafka and reaches nothing but its connections",
                                  fault.text));
      }
    }
    (*recorder)->set_faults(std::move(*plan), nullptr);
  }
  kraftlab::Proxy proxy(broker, recorder->get(), addresses_stay);
  (*recorder)->set_alarm([&proxy](int64_t delay_ms, std::function<void()> ring) {
    proxy.call_later(delay_ms, std::move(ring));
  });
  const auto bound = proxy.listen(own);
  if (!bound) {
    return refuse(bound.error().message);
  }
  fmt::print("kraftlab-proxy listens on {}:{}\n", own.host, *bound);
  std::fflush(stdout);
  proxy.run();
}
