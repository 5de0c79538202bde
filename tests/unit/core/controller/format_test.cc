// kafka-storage format and info: what is written, what is refused, what is said.
#include "broker/core/controller/format.h"

#include "broker/core/controller/bootstrap.h"
#include "broker/core/controller/features.h"
#include "broker/core/controller/metadata_loader.h"
#include "tests/unit/core/controller/controller_fixture.h"

namespace kafka {
namespace {

constexpr const char* first_checkpoint =
    "/__cluster_metadata-0/00000000000000000000-0000000000.checkpoint";
const ConfigMap no_static_voters = {{"controller.quorum.voters", "(unset)"},
                                    {"controller.quorum.bootstrap.servers", "localhost:9093"}};

class Format : public ::testing::Test {
 protected:
  static FormatOptions options() {
    FormatOptions options;
    options.cluster_id = "5L6g3nShT-eMCtK--X86sw";
    return options;
  }
  static FormatOptions standalone() {
    FormatOptions dynamic = options();
    dynamic.standalone = true;
    return dynamic;
  }
  Result<FormatReport> format(const FormatOptions& asked, const BrokerConfig& config) {
    return format_storage(files_, random_, config, asked, 1'700'000'000'000);
  }
  std::string refusal(const FormatOptions& asked, const BrokerConfig& config) {
    const auto report = format(asked, config);
    return report ? "" : report.error().message;
  }
  Lines bootstrap(const std::string& directory = "/data") {
    return texts_of(must(decode_bootstrap(files_.contents(directory + "/bootstrap.checkpoint"))));
  }
  std::string meta(const std::string& directory) {
    const Bytes bytes = files_.contents(directory + "/meta.properties");
    return std::string(bytes.begin(), bytes.end());
  }

  SimFiles files_;
  SeededRandom random_{5};
  BrokerConfig static_ = node_config();
  BrokerConfig dynamic_ = node_config(no_static_voters);
};

TEST_F(Format, StaticVotersNeedTwoFiles) {
  const auto report = must(format(options(), static_));
  EXPECT_EQ(files_.paths_under("/data"),
            (Lines{"/data/bootstrap.checkpoint", "/data/meta.properties"}));
  EXPECT_EQ(files_.contents("/data/bootstrap.checkpoint").size(), 411u);
  EXPECT_EQ(report.lines.back(),
            "Formatting metadata directory /data with metadata.version 4.3-IV0.");
  const auto properties = must(load_meta_properties(files_, static_)).at("/data");
  EXPECT_EQ(properties.cluster_id, options().cluster_id);
  EXPECT_EQ(properties.node_id, 1);
  EXPECT_FALSE(properties.directory_id.is_zero());
}

TEST_F(Format, StandaloneWritesItselfAsTheOnlyVoter) {
  const auto report = must(format(standalone(), dynamic_));
  EXPECT_EQ(report.lines.back(),
            "Formatting dynamic metadata voter directory /data with metadata.version 4.3-IV0.");
  const Bytes checkpoint = files_.contents(std::string("/data") + first_checkpoint);
  EXPECT_EQ(checkpoint.size(), 241u);  // as Apache Kafka's with listener CONTROLLER on localhost
  MetadataImage image;
  must(MetadataLoader(image, nullptr).load_snapshot(checkpoint, {0, 0}));
  EXPECT_EQ(image.kraft_version(), 1);
  ASSERT_EQ(image.voters().size(), 1u);
  const Voter& self = image.voters().at(1);
  EXPECT_EQ(self.directory_id,
            must(load_meta_properties(files_, dynamic_)).at("/data").directory_id);
  EXPECT_EQ(self.endpoints, (std::vector<VoterEndpoint>{{"CONTROLLER", "localhost", 9093}}));
}

TEST_F(Format, InitialControllersGiveTheDirectoryId) {
  FormatOptions asked = options();
  asked.initial_controllers =
      "1@localhost:9093:GEuJRTSERr-xUKI3qIvbFA,2@other:9093:o890s5eEGXmOmkObdWGCjw";
  must(format(asked, dynamic_));
  EXPECT_EQ(must(load_meta_properties(files_, dynamic_)).at("/data").directory_id.to_string(),
            "GEuJRTSERr-xUKI3qIvbFA");
  MetadataImage image;
  must(MetadataLoader(image, nullptr)
           .load_snapshot(files_.contents(std::string("/data") + first_checkpoint), {0, 0}));
  EXPECT_EQ(image.voters().size(), 2u);
}

TEST_F(Format, ANodeOutsideTheQuorumHasNoCheckpoint) {
  FormatOptions asked = options();
  asked.no_initial_controllers = true;
  must(format(asked, dynamic_));
  EXPECT_FALSE(files_.exists(std::string("/data") + first_checkpoint));
}

TEST_F(Format, EveryLogDirectoryIsFormatted) {
  ConfigMap two = no_static_voters;
  two["log.dirs"] = "/one,/two/deep";
  const BrokerConfig config = node_config(two);
  const auto report = must(format(standalone(), config));
  EXPECT_EQ(report.formatted, (Lines{"/one", "/two/deep"}));
  EXPECT_EQ(report.lines.back(),
            "Formatting data directory /two/deep with metadata.version 4.3-IV0.");
  EXPECT_TRUE(files_.exists(std::string("/one") + first_checkpoint));
  EXPECT_FALSE(files_.exists(std::string("/two/deep") + first_checkpoint));
  EXPECT_EQ(bootstrap("/one"), bootstrap("/two/deep"));
  const auto properties = must(load_meta_properties(files_, config));
  EXPECT_NE(properties.at("/one").directory_id, properties.at("/two/deep").directory_id);
}

TEST_F(Format, AFormattedDirectoryIsLeftAlone) {
  must(format(standalone(), dynamic_));
  const std::string before = meta("/data");
  EXPECT_NE(refusal(standalone(), dynamic_).find("is already formatted"), std::string::npos);
  FormatOptions ignoring = standalone();
  ignoring.ignore_formatted = true;
  EXPECT_EQ(must(format(ignoring, dynamic_)).lines,
            Lines{"All of the log directories are already formatted."});
  EXPECT_EQ(meta("/data"), before);
  ignoring.cluster_id = "another";
  EXPECT_NE(refusal(ignoring, dynamic_).find("Invalid cluster.id in: /data/meta.properties"),
            std::string::npos);
}

TEST_F(Format, ADirectoryThatWasLeftHalfFormattedIsFormattedAgain) {
  files_.fail_next(FileOperation::Write, "meta.properties");
  EXPECT_FALSE(format(standalone(), dynamic_));
  must(format(standalone(), dynamic_));
  EXPECT_TRUE(must(load_meta_properties(files_, dynamic_)).contains("/data"));
}

TEST_F(Format, AReleaseHasItsFeatures) {
  const auto features = [&](const std::string& release) {
    FormatOptions asked = options();
    asked.release_version = release;
    return texts_of(must(format_features(asked, VoterSource::Static)));
  };
  EXPECT_EQ(features("3.3-IV3"), Lines{"FeatureLevel metadata.version=7"});
  EXPECT_EQ(features("3.9"), Lines{"FeatureLevel metadata.version=21"});
  EXPECT_EQ(features("4.0"),
            (Lines{"FeatureLevel metadata.version=25", "FeatureLevel group.version=1",
                   "FeatureLevel transaction.version=2"}));
  EXPECT_EQ(features("4.1").at(1), "FeatureLevel eligible.leader.replicas.version=1");
  EXPECT_EQ(features("4.3").size(), 6u);
}

TEST_F(Format, FeaturesAreChosenOneByOne) {
  FormatOptions asked = options();
  asked.features = {{"group.version", 0}, {"transaction.version", 1}, {"metadata.version", 29}};
  EXPECT_EQ(texts_of(must(format_features(asked, VoterSource::Static))),
            (Lines{"FeatureLevel metadata.version=29",
                   "FeatureLevel eligible.leader.replicas.version=1",
                   "FeatureLevel share.version=1", "FeatureLevel streams.version=1",
                   "FeatureLevel transaction.version=1"}));
}

TEST_F(Format, WhatCannotBeIsRefused) {
  const auto with = [](auto change) {
    FormatOptions asked = options();
    change(asked);
    return asked;
  };
  const auto feature = [&](std::string name, int16_t level) {
    return with([&](FormatOptions& o) { o.features = {{name, level}}; });
  };
  EXPECT_NE(refusal(options(), dynamic_).find("--standalone"), std::string::npos);
  EXPECT_NE(refusal(standalone(), static_).find("controller.quorum.voters is set"),
            std::string::npos);
  EXPECT_NE(refusal(feature("foo", 1), static_).find("Unsupported feature: foo"),
            std::string::npos);
  EXPECT_NE(refusal(feature("group.version", 7), static_).find("no level 7"), std::string::npos);
  EXPECT_NE(refusal(feature("metadata.version", 31), static_).find("31"), std::string::npos);
  EXPECT_NE(refusal(feature("kraft.version", 1), static_).find("kraft.version"),
            std::string::npos);
  FormatOptions no_kraft = standalone();
  no_kraft.features = {{"kraft.version", 0}};
  EXPECT_NE(refusal(no_kraft, dynamic_).find("kraft.version"), std::string::npos);
  EXPECT_NE(refusal(with([](FormatOptions& o) { o.release_version = "9.9"; }), static_)
                .find("Unknown metadata.version '9.9'"),
            std::string::npos);
  EXPECT_NE(refusal(with([](FormatOptions& o) {
                      o.release_version = "4.0";
                      o.features = {{"metadata.version", 25}};
                    }),
                    static_)
                .find("--release-version"),
            std::string::npos);
  EXPECT_NE(refusal(with([](FormatOptions& o) {
                      o.release_version = "3.8";
                      o.features = {{"eligible.leader.replicas.version", 1}};
                    }),
                    static_)
                .find("needs metadata.version 23"),
            std::string::npos);
  EXPECT_TRUE(files_.paths_under("/data").empty());
}

TEST_F(Format, InfoSaysWhatIsThere) {
  EXPECT_EQ(must(storage_info(files_, static_)).lines,
            (Lines{"Found problem:", "  /data does not exist", ""}));
  must(files_.make_directory("/data"));
  EXPECT_EQ(must(storage_info(files_, static_)).lines,
            (Lines{"Found log directory:", "  /data", "", "Found problem:",
                   "  /data is not formatted.", ""}));
  must(format(options(), static_));
  const StorageInfo info = must(storage_info(files_, static_));
  EXPECT_FALSE(info.has_problems);
  EXPECT_EQ(info.lines.at(3).substr(0, 48), "Found metadata: {cluster.id=5L6g3nShT-eMCtK--X86");
}

TEST_F(Format, ANodeStartsOnItsOwnDirectoriesOnly) {
  EXPECT_FALSE(load_meta_properties(files_, static_));
  must(format(options(), static_));
  EXPECT_TRUE(load_meta_properties(files_, static_));
  const BrokerConfig other = node_config({{"node.id", "2"}, {"controller.quorum.voters",
                                                             "2@localhost:9093"}});
  const auto wrong_node = load_meta_properties(files_, other);
  ASSERT_FALSE(wrong_node);
  EXPECT_NE(wrong_node.error().message.find("node.id is 2"), std::string::npos);
  const BrokerConfig two = node_config({{"log.dirs", "/data,/twin"}});
  files_.put("/twin/meta.properties", files_.contents("/data/meta.properties"));
  const auto twins = load_meta_properties(files_, two);
  ASSERT_FALSE(twins);
  EXPECT_NE(twins.error().message.find("the same directory.id"), std::string::npos);
}

}  // namespace
}  // namespace kafka
