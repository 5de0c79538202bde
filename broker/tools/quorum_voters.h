// kafka-metadata-quorum.sh add-controller and remove-controller: who votes in the metadata quorum
// (KIP-853).
#pragma once

#include <string>

#include "broker/tools/admin/admin_client.h"

namespace kafka {

// Makes the controller that `properties`, its server.properties, describe a voter. Its directory id
// is read from the meta.properties of its metadata directory, so this runs on its machine.
[[nodiscard]] ToolResult<> add_controller(AdminClient& client, const ClientProperties& properties,
                                          bool dry_run);

// `id` and `directory_id` as they were given.
[[nodiscard]] ToolResult<> remove_controller(AdminClient& client, const std::string& id,
                                             const std::string& directory_id, bool dry_run);

}  // namespace kafka
