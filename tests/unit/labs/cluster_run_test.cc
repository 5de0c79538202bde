// What a learner's cluster.properties may say: what is refused stands in the evidence, and no
// cluster is started for it.
#include "labs/common/cluster_run.h"

#include "labs/common/run_kit.h"
#include "labs/common/text_file.h"
#include "tests/unit/labs/folder_fixture.h"

namespace kraftlab {
namespace {

class ClusterSettings : public FolderTest {
 protected:
  std::string refusal_of(const std::string& settings) {
    write("cluster.properties", settings);
    RunPlan plan;
    plan.solution = folder_;
    const LabCode& lab = *find_lab("13");
    const RunData data = lab.make_data(42);
    const auto head = entry_text(kafka::evidence::Type::Run, to_json(data));
    write("evidence", std::string(kafka::evidence::kMagic) + head);
    EXPECT_TRUE(run_beside_cluster(plan, lab, data, folder_).has_value());
    const auto history = read_history(read_file(folder_ / "evidence"));
    const Finding finding = lab.rules[0].check(*history);
    EXPECT_EQ(finding.outcome, Outcome::Fail);
    return finding.saw;
  }
};

TEST_F(ClusterSettings, ALineWithoutAValueIsRefused) {
  EXPECT_EQ(refusal_of("min.insync.replicas 2"),
            "settings refused: cluster.properties, line 1: expected NAME=VALUE");
}

TEST_F(ClusterSettings, AValueThatNoBrokerTakesIsRefused) {
  EXPECT_EQ(refusal_of("num.partitions=1\nmin.insync.replicas=two"),
            "settings refused: cluster.properties, line 2: Invalid value two for configuration "
            "min.insync.replicas: Not a number of type INT");
}

}  // namespace
}  // namespace kraftlab
