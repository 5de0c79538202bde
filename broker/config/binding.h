// Binding: which field of a typed view a configuration goes into.
//
// A view (BrokerConfig, TopicConfig) has one constexpr array of these; reading a configuration is a
// walk over it. The texts were checked against their rows before.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "broker/config/config_def.h"

namespace kafka {

template <class View>
using ViewField = std::variant<bool View::*, int32_t View::*, int64_t View::*, double View::*,
                               std::string View::*, std::optional<std::string> View::*,
                               std::vector<std::string> View::*>;

template <class View>
struct Binding {
  std::string_view name;
  ViewField<View> field;
};

inline void read_text(std::string_view text, bool& value) {
  value = to_bool(text);
}
inline void read_text(std::string_view text, int32_t& value) {
  value = static_cast<int32_t>(to_int(text));
}
inline void read_text(std::string_view text, int64_t& value) {
  value = to_int(text);
}
inline void read_text(std::string_view text, double& value) {
  value = to_double(text);
}
inline void read_text(std::string_view text, std::string& value) {
  value = text;
}
inline void read_text(std::string_view text, std::optional<std::string>& value) {
  value = text;
}
// An item that stands there twice counts once, as in Kafka.
inline void read_text(std::string_view text, std::vector<std::string>& value) {
  value.clear();
  for (std::string& item : split_list(text)) {
    if (std::ranges::find(value, item) == value.end()) {
      value.push_back(std::move(item));
    }
  }
}

template <class View>
void set_field(View& view, const ViewField<View>& field, std::string_view text) {
  std::visit([&](auto member) { read_text(text, view.*member); }, field);
}

}  // namespace kafka
