// AlterClientQuotas: sets and removes quotas of users, client ids and addresses (KIP-546). Each
// entity has its own answer.
//
//   v1  flexible
#include "broker/core/controller/client_quotas.h"
#include "broker/core/controller/controller.h"
#include "broker/node/node.h"

namespace kafka {
namespace {

void fail_altered(AlterClientQuotasResponse& response, const Error& error) {
  for (auto& entry : response.entries) {
    if (entry.error_code == 0) {
      entry.error_code = static_cast<int16_t>(error.code);
      entry.error_message = error.message;
    }
  }
}

}  // namespace

void handle_alter_client_quotas(Node& node, Request& request) {
  const auto message = node.decode_or_close<AlterClientQuotasRequest>(request);
  if (!message) {
    return;
  }
  const MetadataImage& image =
      node.is_active_controller() ? node.controller().state() : node.image();
  QuotaAlteration decision = alter_client_quotas(image, *message);
  if (!node.is_active_controller()) {
    fail_altered(decision.reply,
                 {ErrorCode::NotController, "This node is not the active controller."});
    node.reply(request.reply_to, decision.reply);
    return;
  }
  node.commit(std::move(decision.records),
              [&node, reply_to = request.reply_to,
               response = std::move(decision.reply)](const Result<>& committed) mutable {
                if (!committed) {
                  fail_altered(response, committed.error());
                }
                node.reply(reply_to, response);
              });
}

}  // namespace kafka
