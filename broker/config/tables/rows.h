// The parts that the tables are made of, one per subject. config_table.cc joins and sorts them.
#pragma once

#include <span>

#include "broker/config/config_def.h"

namespace kafka {

inline constexpr bool internal_row = true;

std::span<const ConfigDef> server_rows();
std::span<const ConfigDef> quorum_rows();
std::span<const ConfigDef> log_rows();
std::span<const ConfigDef> replication_rows();
std::span<const ConfigDef> group_rows();
std::span<const ConfigDef> transaction_rows();
std::span<const ConfigDef> quota_rows();
std::span<const ConfigDef> security_rows();
std::span<const ConfigDef> remote_rows();

std::span<const ConfigDef> topic_rows();
std::span<const ConfigDef> group_config_rows();
std::span<const ConfigDef> client_metrics_rows();

}  // namespace kafka
