// What a client is told it may do, as a bit per AclOperation. Without an authorizer that is
// everything that makes sense for the kind of resource.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace kafka {

// Numbers of AclOperation on the wire.
enum class AclOperation : int8_t {
  Read = 3,
  Write = 4,
  Create = 5,
  Delete = 6,
  Alter = 7,
  Describe = 8,
  ClusterAction = 9,
  DescribeConfigs = 10,
  AlterConfigs = 11,
  IdempotentWrite = 12,
};

constexpr int32_t operation_bits(std::initializer_list<AclOperation> operations) {
  int32_t bits = 0;
  for (AclOperation operation : operations) {
    bits |= 1 << static_cast<int>(operation);
  }
  return bits;
}

inline constexpr int32_t topic_operations =
    operation_bits({AclOperation::Read, AclOperation::Write, AclOperation::Create,
                    AclOperation::Delete, AclOperation::Alter, AclOperation::Describe,
                    AclOperation::DescribeConfigs, AclOperation::AlterConfigs});

inline constexpr int32_t cluster_operations = operation_bits(
    {AclOperation::Create, AclOperation::Alter, AclOperation::Describe, AclOperation::ClusterAction,
     AclOperation::DescribeConfigs, AclOperation::AlterConfigs, AclOperation::IdempotentWrite});

// The field's value when nobody asked.
inline constexpr int32_t operations_not_asked = INT32_MIN;

}  // namespace kafka
