// Access control lists as records (KIP-11, KIP-290, KIP-801): who may do what to which resources.
//
//   resource type | name | LITERAL or PREFIXED   principal | host | operation | ALLOW or DENY
//
// They are written, found and removed here. Each has a random id, by which its removal names it.
#pragma once

#include <vector>

#include "broker/core/controller/image.h"
#include "broker/core/env.h"
#include "protocol/api/29_describe_acls.h"
#include "protocol/api/30_create_acls.h"
#include "protocol/api/31_delete_acls.h"
#include "protocol/cluster_records.h"

namespace kafka {

DescribeAclsResponse describe_acls(const MetadataImage& image, const DescribeAclsRequest& request);

struct AclCreation {
  std::vector<MetadataRecord> records;
  CreateAclsResponse reply;
};
// What exists already succeeds and writes nothing.
AclCreation create_acls(const MetadataImage& image, const CreateAclsRequest& request,
                        Random& random);

struct AclDeletion {
  std::vector<MetadataRecord> records;
  DeleteAclsResponse reply;
};
AclDeletion delete_acls(const MetadataImage& image, const DeleteAclsRequest& request);

}  // namespace kafka
