// Lab 11 on histories made by hand: what is committed has been read, and only the death costs
// adverts.
#include "protocol/api/01_fetch.h"
#include "tests/unit/labs/history_fixture.h"

namespace kraftlab {
namespace {

class Delivery : public HandMadeHistory {
 protected:
  Delivery() : HandMadeHistory("11") {}

  void fetch(const std::string& topic) {
    kafka::FetchRequest request;
    auto& asked = request.topics.emplace_back();
    asked.topic = topic;
    asked.partitions.emplace_back();
    add("worker", request, kafka::FetchResponse{}, 11);
  }

  // The adverts before and behind the death, without that at `missing`.
  void adverts(int64_t died_at, size_t missing) {
    const auto& all = history_.run.list("adverts");
    commit("worker", "adverts", 0, died_at);
    commit("worker", "adverts", 0, died_at + 1).fault = history_.run.faults.at(1);
    history_.exchanges.back().response.reset();
    for (size_t i = 0; i < all.size(); ++i) {
      if (i != missing) {
        produce("worker", "sent-adverts", {all[i]});
      }
    }
  }
};

TEST_F(Delivery, APositionThatNobodyHasReadToIsNone) {
  commit("worker", "invoices", 0, 1);
  commit("worker", "adverts", 0, 1);
  EXPECT_EQ(found_by("11.1").outcome, Outcome::Fail);
  fetch("invoices");
  fetch("adverts");
  EXPECT_EQ(found_by("11.1").outcome, Outcome::Pass);
}

TEST_F(Delivery, TheDeathMayCostAnAdvert) {
  adverts(5, 4);
  EXPECT_EQ(found_by("11.6").outcome, Outcome::Pass);
}

TEST_F(Delivery, NothingElseMay) {
  adverts(5, 7);
  const Finding finding = found_by("11.6");
  EXPECT_EQ(finding.outcome, Outcome::Fail);
  EXPECT_NE(finding.saw.find("(offset 7)"), std::string::npos) << finding.saw;
}

}  // namespace
}  // namespace kraftlab
