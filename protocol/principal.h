// A principal as a broker sends it to the controller inside of an Envelope: int16 version, then the
// fields (typed_record.h: encode_versioned).
#pragma once

#include <cstdint>
#include <string>

#include "protocol/typed_record.h"

namespace kafka {

struct DefaultPrincipalData {
  static constexpr int16_t min_version = 0;
  static constexpr int16_t max_version = 0;
  static constexpr int16_t flexible_since = 0;

  std::string type;
  std::string name;
  bool token_authenticated = false;

  bool operator==(const DefaultPrincipalData&) const = default;
  static constexpr void wire(auto& m, auto& w) {
    w("type", m.type);
    w("name", m.name);
    w("token_authenticated", m.token_authenticated);
  }
};

}  // namespace kafka
