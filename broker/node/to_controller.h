// Node::to_controller<Request, Response>(): see node.h.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "broker/io/peers.h"
#include "broker/node/controller_calls.h"
#include "broker/node/node.h"
#include "protocol/api_keys.h"
#include "protocol/frame.h"

namespace kafka {

namespace detail {

// Whether the node that answered is not, or no longer, the active controller.
template <class Response>
bool says_not_controller(const Response& response) {
  constexpr auto code = static_cast<int16_t>(ErrorCode::NotController);
  if constexpr (requires { response.error_code; }) {
    return response.error_code == code;
  } else if constexpr (requires { response.topics.front().error_code; }) {
    return std::ranges::any_of(response.topics,
                               [](const auto& topic) { return topic.error_code == code; });
  } else {
    return false;
  }
}

inline bool may_be_tried_again(ErrorCode code) {
  return code == ErrorCode::NetworkException || code == ErrorCode::RequestTimedOut;
}

template <Message Request, Message Response>
class ControllerCallOf final : public ControllerCall,
                               public std::enable_shared_from_this<ControllerCall> {
 public:
  using Done = std::function<void(Result<Response>)>;
  ControllerCallOf(Node& node, Request request, Done done, int64_t deadline,
                   std::string channel_name)
      : ControllerCall(deadline, std::move(channel_name)),
        node_(node),
        request_(std::move(request)),
        done_(std::move(done)) {}

  void ask(const PeerAddress& controller, int64_t timeout_ms) override {
    node_.peers().send<Request, Response>(
        controller, request_, timeout_ms,
        [self = shared_from_this(), this](Result<Response> answer) {
          on_answer(std::move(answer));
        });
  }

  void ask_here() override {
    const int16_t version =
        std::min(Request::max_version, api_info(Request::key).on_controller.max);
    Writer writer;
    encode_request_header({static_cast<int16_t>(Request::key), version, 0, std::nullopt}, writer);
    if (const Result<> encoded = encode(request_, version, writer); !encoded) {
      fail(encoded.error());
      return;
    }
    Bytes frame = writer.take();
    node_.call_here(frame,
                    [self = shared_from_this(), this, version](std::span<const uint8_t> answer) {
                      const auto parsed = decode_response_frame(answer, Request::key, version);
                      on_answer(parsed ? decode<Response>(parsed->body, version)
                                       : Result<Response>(std::unexpected(parsed.error())));
                    });
  }

  void fail(const Error& why) override { done_(std::unexpected(why)); }

 private:
  void on_answer(Result<Response> answer) {
    if (answer && says_not_controller(*answer)) {
      node_.retry_at_controller(shared_from_this(),
                                {ErrorCode::NotController, "the controller has just changed"});
    } else if (!answer && may_be_tried_again(answer.error().code)) {
      node_.retry_at_controller(shared_from_this(), answer.error());
    } else {
      done_(std::move(answer));
    }
  }

  Node& node_;
  Request request_;
  Done done_;
};

}  // namespace detail

template <Message Request, Message Response>
void Node::to_controller(const Request& request, std::function<void(Result<Response>)> done,
                         int64_t timeout_ms, std::string_view channel) {
  ask_controller(std::make_shared<detail::ControllerCallOf<Request, Response>>(
      *this, request, std::move(done), now_ms() + timeout_ms, std::string(channel)));
}

}  // namespace kafka
