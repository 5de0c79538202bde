// Client configuration: properties under the names that Java clients have, for librdkafka.
//
// The console tools take Kafka's properties (--command-property, --command-config) and run on
// librdkafka, which names some of them differently and lacks others. Here stands what is what: a
// name it shares, a name it has another word for, or a name without meaning here (serializers,
// metrics, Java's own memory limits), which is passed over as Java passes over unknown ones.
#pragma once

#include <librdkafka/rdkafka.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker/tools/admin/addresses.h"
#include "broker/tools/common/tool_error.h"

namespace kafka {

struct ConfDeleter {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};
using ClientConf = std::unique_ptr<rd_kafka_conf_t, ConfDeleter>;

// A ConfigException names the property and what is wrong with its value. `ignored`, if given, gets
// the names that nothing here knows.
[[nodiscard]] ToolResult<ClientConf> make_client_conf(const ClientProperties& properties,
                                                      std::vector<std::string>* ignored = nullptr);

// key=value arguments; a key alone has an empty value. Later ones win.
[[nodiscard]] ClientProperties parse_key_values(const std::vector<std::string>& arguments);

// The value of a property, or what stands in its place.
[[nodiscard]] inline std::string text_of(const ClientProperties& properties, std::string_view name,
                                         std::string_view otherwise) {
  const auto found = properties.find(name);
  return found == properties.end() ? std::string(otherwise) : found->second;
}

// What librdkafka says of itself and of connections goes to stderr as Kafka's clients' log lines:
// one warning for an address that cannot be reached, not one for every try.
void log_client_events(rd_kafka_conf_t* conf);

// An error of librdkafka's as Kafka's clients would throw it.
[[nodiscard]] ToolError client_error(rd_kafka_resp_err_t code, std::string_view text = {});

}  // namespace kafka
