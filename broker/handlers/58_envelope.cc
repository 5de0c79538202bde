// Envelope: a request that a broker passes on to the active controller (KIP-590).
//
//   client --CreateTopics--> broker --Envelope{request, principal, address}--> active controller
//   client <---its answer--- broker <--Envelope{answer of the inner request}--- runs the handler
//
// The inner request and its answer are whole frames without their size; the broker changes nothing
// in them, so the correlation id is the client's. The controller trusts the principal, because
// only brokers are allowed to send envelopes.
//
// Errors of the envelope itself: NOT_CONTROLLER (the broker looks for the active one and tries
// again), PRINCIPAL_DESERIALIZATION_FAILURE, INVALID_REQUEST for an API that is not passed on,
// UNSUPPORTED_VERSION for a version that is not served.
//
// The principal is int16 version 0, then compact strings type and name, a flag for delegation
// tokens, tags: what Apache Kafka's default principal builder writes.
#include "broker/handlers/58_envelope.h"

#include "broker/config/broker_config.h"
#include "broker/io/listen_socket.h"
#include "broker/node/log_format.h"
#include "broker/node/node.h"
#include "broker/node/to_controller.h"
#include "protocol/api/58_envelope.h"
#include "protocol/record_batch.h"

namespace kafka {
namespace {

constexpr int16_t principal_version = 0;

// "User:alice"
Bytes serialize_principal(std::string_view principal) {
  const size_t colon = principal.find(':');
  Writer writer;
  writer.int16(principal_version);
  writer.string(principal.substr(0, colon), true);
  writer.string(colon == principal.npos ? "" : principal.substr(colon + 1), true);
  writer.number(false);  // not authenticated by a token
  writer.uvarint(0);     // no tags
  return writer.take();
}

Result<std::string> deserialize_principal(std::span<const uint8_t> bytes) {
  const auto corrupt = [] {
    return fail(ErrorCode::PrincipalDeserializationFailure, "the principal cannot be read");
  };
  Reader reader(bytes);
  const int16_t version = reader.int16();
  std::string parts[2];
  for (std::string& part : parts) {
    const int32_t length = reader.string_length(true);
    if (length < 0) {
      return corrupt();
    }
    part = text_of(reader.take(static_cast<size_t>(length)));
  }
  (void)reader.number<bool>();
  if (!reader.ok() || version < principal_version) {
    return corrupt();
  }
  return parts[0] + ":" + parts[1];
}

void refuse_envelope(Node& node, const ReplyTo& to, ErrorCode code) {
  EnvelopeResponse response;
  response.error_code = static_cast<int16_t>(code);
  node.reply(to, response);
}

// Whether the inner request is one that brokers pass on, in a version that is served here.
ErrorCode check_inner(std::span<const uint8_t> frame) {
  const Result<RequestFrame> parsed = decode_request_frame(frame);
  if (!parsed) {
    return ErrorCode::InvalidRequest;
  }
  const RegistryRow* row = find_handler(parsed->header.api_key, true);
  if (row == nullptr || row->decided_by != DecidedBy::Controller) {
    return ErrorCode::InvalidRequest;
  }
  return api_info(row->key).on_controller.contains(parsed->header.api_version)
             ? ErrorCode::None
             : ErrorCode::UnsupportedVersion;
}

// No controller answered in time.
void answer_here(Node& node, const ReplyTo& to, Bytes& frame, Handler handler) {
  ConnectionInfo* connection = node.connection(to);
  const Result<RequestFrame> parsed = decode_request_frame(frame);
  if (connection == nullptr || !parsed) {
    return;  // the client has left
  }
  Request request;
  request.header = parsed->header;
  request.reply_to = to;
  request.connection = connection;
  request.frame = frame;
  request.body = request.frame.subspan(frame.size() - parsed->body.size());
  request.received_ms = node.now_ms();
  handler(node, request);
}

}  // namespace

void forward_to_controller(Node& node, const Request& request, Handler handler) {
  EnvelopeRequest envelope;
  envelope.request_data.assign(request.frame.begin(), request.frame.end());
  envelope.request_principal = serialize_principal(request.connection->principal);
  envelope.client_host_address = address_bytes(request.connection->peer_host);
  node.to_controller<EnvelopeRequest, EnvelopeResponse>(
      envelope,
      [&node, to = request.reply_to, handler,
       frame = envelope.request_data](Result<EnvelopeResponse> answer) mutable {
        if (!answer) {
          log_warn("kafka.server.ForwardingManager", "A request could not be passed on: {}",
                   answer.error().message);
          answer_here(node, to, frame, handler);
        } else if (answer->error_code != 0 || !answer->response_data) {
          node.close_connection(to, "the controller refused the envelope with " +
                                        std::string(name(ErrorCode{answer->error_code})));
        } else {
          node.reply_frame(to, *answer->response_data);
        }
      },
      node.config().request_timeout_ms);
}

void handle_envelope(Node& node, Request& request) {
  auto message = node.decode_or_close<EnvelopeRequest>(request);
  if (!message) {
    return;
  }
  if (!node.is_active_controller()) {
    refuse_envelope(node, request.reply_to, ErrorCode::NotController);
    return;
  }
  const auto principal = deserialize_principal(message->request_principal.value_or(Bytes{}));
  if (!principal) {
    refuse_envelope(node, request.reply_to, principal.error().code);
    return;
  }
  if (const ErrorCode refused = check_inner(message->request_data); refused != ErrorCode::None) {
    refuse_envelope(node, request.reply_to, refused);
    return;
  }
  ConnectionInfo from = *request.connection;  // its listener; the rest is the client's
  from.principal = *principal;
  from.peer_host = address_text(message->client_host_address);
  node.call_here(from, message->request_data,
                 [&node, to = request.reply_to](std::span<const uint8_t> answer) {
                   if (answer.empty()) {
                     refuse_envelope(node, to, ErrorCode::InvalidRequest);
                     return;
                   }
                   EnvelopeResponse response;
                   response.response_data.emplace(answer.begin(), answer.end());
                   node.reply(to, response);
                 });
}

}  // namespace kafka
