// Client quotas: limits for users, client ids and addresses, as records (KIP-546, KIP-612).
//
//   entity                        quotas
//   user, client-id, or both      producer_byte_rate, consumer_byte_rate (bytes per second),
//                                 request_percentage, controller_mutation_rate
//   ip                            connection_creation_rate
//
// A name of null is the default of its kind: <user alice, client-id default> and so on.
#pragma once

#include <vector>

#include "broker/core/controller/image.h"
#include "protocol/api/48_describe_client_quotas.h"
#include "protocol/api/49_alter_client_quotas.h"
#include "protocol/cluster_records.h"

namespace kafka {

DescribeClientQuotasResponse describe_client_quotas(const MetadataImage& image,
                                                    const DescribeClientQuotasRequest& request);

// One entry per entity; an entity is changed as a whole or not at all.
struct QuotaAlteration {
  std::vector<MetadataRecord> records;
  AlterClientQuotasResponse reply;
};
QuotaAlteration alter_client_quotas(const MetadataImage& image,
                                    const AlterClientQuotasRequest& request);

}  // namespace kafka
