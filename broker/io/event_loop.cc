#include "broker/io/event_loop.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "broker/core/check.h"

namespace kafka {

namespace asio = boost::asio;
using boost::system::error_code;

struct EventLoop::Implementation {
  // One thread touches descriptors and timers; only post() comes from others.
  asio::io_context context{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
  asio::steady_timer alarm{context};
  asio::signal_set signals{context};
  EventLoop* loop = nullptr;

  template <class Function>
  void event(Function&& function) {
    if (loop->before_event) {
      loop->before_event();
    }
    function();
    if (loop->after_event) {
      loop->after_event();
    }
  }
};

namespace {

// The part of a Watch that waits hold on to: it outlives the Watch until they have ended.
struct WatchState {
  asio::posix::stream_descriptor descriptor;
  ReadyHandler* handler;  // null once the Watch is gone
};

}  // namespace

// An Asio descriptor whose waits call a handler. `Event` runs a function between the loop's hooks.
template <class Event>
class AsioWatch : public Watch {
 public:
  AsioWatch(asio::io_context& context, int fd, ReadyHandler& handler, Event event)
      : state_(std::make_shared<WatchState>(asio::posix::stream_descriptor(context, fd), &handler)),
        event_(event) {
    state_->descriptor.non_blocking(true);
  }
  ~AsioWatch() override {
    state_->handler = nullptr;
    error_code ignored;
    state_->descriptor.close(ignored);
  }
  AsioWatch(const AsioWatch&) = delete;
  AsioWatch& operator=(const AsioWatch&) = delete;

  int fd() const override {
    return const_cast<asio::posix::stream_descriptor&>(state_->descriptor).native_handle();
  }
  void await_readable() override {
    wait(asio::posix::stream_descriptor::wait_read, &ReadyHandler::on_readable);
  }
  void await_writable() override {
    wait(asio::posix::stream_descriptor::wait_write, &ReadyHandler::on_writable);
  }

 private:
  void wait(asio::posix::stream_descriptor::wait_type type, void (ReadyHandler::*call)()) {
    state_->descriptor.async_wait(type, [state = state_, event = event_, call](error_code) {
      // An error is news too: the handler's next system call will say which.
      if (state->handler != nullptr) {
        event([&] { (state->handler->*call)(); });
      }
    });
  }

  std::shared_ptr<WatchState> state_;
  Event event_;
};

EventLoop::EventLoop() : implementation_(std::make_unique<Implementation>()) {
  implementation_->loop = this;
}

EventLoop::~EventLoop() = default;

void EventLoop::run() {
  implementation_->context.run();
}

void EventLoop::stop() {
  implementation_->context.stop();
}

void EventLoop::post(std::function<void()> work) {
  asio::post(implementation_->context, [this, work = std::move(work)] {
    implementation_->event(work);
  });
}

std::unique_ptr<Watch> EventLoop::watch(int fd, ReadyHandler& handler) {
  auto event = [implementation = implementation_.get()](auto&& function) {
    implementation->event(function);
  };
  return std::make_unique<AsioWatch<decltype(event)>>(implementation_->context, fd, handler, event);
}

void EventLoop::set_alarm(int64_t delay_ms) {
  if (delay_ms < 0) {
    implementation_->alarm.cancel();
    return;
  }
  implementation_->alarm.expires_after(std::chrono::milliseconds(delay_ms));
  implementation_->alarm.async_wait([this](error_code error) {
    if (!error && on_alarm) {
      implementation_->event(on_alarm);
    }
  });
}

void EventLoop::on_signals(std::initializer_list<int> signals, std::function<void(int)> function) {
  for (int signal : signals) {
    implementation_->signals.add(signal);
  }
  // Re-arms itself: each arrival is told.
  struct Rearm {
    Implementation* implementation;
    std::function<void(int)> function;
    void operator()(error_code error, int signal) {
      if (error) {
        return;
      }
      implementation->event([&] { function(signal); });
      implementation->signals.async_wait(*this);
    }
  };
  implementation_->signals.async_wait(Rearm{implementation_.get(), std::move(function)});
}

}  // namespace kafka
