#include "broker/node/controller_calls.h"

#include <utility>

namespace kafka {

void ControllerCalls::start(std::shared_ptr<ControllerCall> call) {
  attempt(call, {ErrorCode::RequestTimedOut, "no active controller was found in time"});
}

void ControllerCalls::retry(std::shared_ptr<ControllerCall> call, const Error& why) {
  if (now_ms_ + retry_ms >= call->deadline_ms) {
    call->fail(why);
    return;
  }
  timers_.run_at(now_ms_ + retry_ms, now_ms_,
                 [this, call = std::move(call), why] { attempt(call, why); });
}

void ControllerCalls::attempt(const std::shared_ptr<ControllerCall>& call, const Error& last) {
  const std::optional<Where> where = where_();
  if (!where) {
    retry(call, last);
  } else if (where->here) {
    loop_.post([call] { call->ask_here(); });
  } else {
    const PeerAddress address{where->host, where->port, call->channel};
    used_.insert(address);
    call->ask(address, call->deadline_ms - now_ms_);
  }
}

void ControllerCalls::on_moved() {
  std::set<PeerAddress> used;
  used.swap(used_);
  for (const PeerAddress& address : used) {
    peers_.forget(address);
  }
}

}  // namespace kafka
