// A history as JSON lines.
#include "labs/common/history.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace kraftlab {
namespace {

TEST(History, AFaultMayHoldAnyText) {
  Exchange exchange;
  exchange.header.api_key = 18;
  exchange.fault = R"(mark Produce at request 1 then say "C:\")";
  const auto line = nlohmann::json::parse(describe_json(exchange), nullptr, false);
  ASSERT_FALSE(line.is_discarded());
  EXPECT_EQ(line["fault"], exchange.fault);
}

}  // namespace
}  // namespace kraftlab
