#include "broker/io/event_loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "broker/core/check.h"
#include "broker/io/network.h"

namespace kafka {

namespace asio = boost::asio;
using boost::system::error_code;

class AsioLoop::Implementation {
 public:
  explicit Implementation(AsioLoop& loop) : loop_(loop) {}

  template <class Function>
  void event(Function&& function) {
    if (loop_.before_event) {
      loop_.before_event();
    }
    function();
    if (loop_.after_event) {
      loop_.after_event();
    }
  }

  void await_signal();

  AsioLoop& loop_;
  // One thread touches descriptors and timers; only post() comes from others.
  asio::io_context context_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  asio::executor_work_guard<asio::io_context::executor_type> work_ = make_work_guard(context_);
  asio::steady_timer alarm_{context_};
  asio::signal_set signals_{context_};
  std::function<void(int)> on_signal_;
};

class AsioWatch final : public Watch {
 public:
  AsioWatch(AsioLoop::Implementation& loop, int fd, ReadyHandler& handler)
      : state_(std::make_shared<State>(loop, fd, &handler)) {}
  ~AsioWatch() override {
    state_->handler = nullptr;
    error_code ignored;  // the descriptor is closed, whatever close says
    state_->descriptor.close(ignored);
  }
  AsioWatch(const AsioWatch&) = delete;
  AsioWatch& operator=(const AsioWatch&) = delete;

  int fd() const override { return state_->fd; }
  void await_readable() override {
    wait<&State::awaits_input>(asio::posix::descriptor_base::wait_read, &ReadyHandler::on_readable);
  }
  void await_writable() override {
    wait<&State::awaits_room>(asio::posix::descriptor_base::wait_write, &ReadyHandler::on_writable);
  }

 private:
  // What a wait holds on to: it outlives the Watch until its waits have ended.
  struct State {
    State(AsioLoop::Implementation& its_loop, int its_fd, ReadyHandler* its_handler)
        : loop(its_loop),
          descriptor(its_loop.context_, its_fd),
          fd(its_fd),
          handler(its_handler) {}
    AsioLoop::Implementation& loop;
    asio::posix::stream_descriptor descriptor;
    int fd;
    ReadyHandler* handler;  // null once the Watch is gone
    bool awaits_input = false;
    bool awaits_room = false;
  };

  template <bool State::* awaits>
  void wait(asio::posix::descriptor_base::wait_type type, void (ReadyHandler::*call)()) {
    if (state_.get()->*awaits) {
      return;
    }
    state_.get()->*awaits = true;
    state_->descriptor.async_wait(type, [state = state_, call](error_code) {
      state.get()->*awaits = false;
      // An error is news too: the handler's next system call finds it.
      if (state->handler != nullptr) {
        state->loop.event([&] { (state->handler->*call)(); });
      }
    });
  }

  std::shared_ptr<State> state_;
};

AsioLoop::AsioLoop() : implementation_(std::make_unique<Implementation>(*this)) {}
AsioLoop::~AsioLoop() = default;

void AsioLoop::run() {
  implementation_->context_.run();
}

void AsioLoop::stop() {
  implementation_->context_.stop();
}

void AsioLoop::post(std::function<void()> work) {
  asio::post(implementation_->context_, [loop = implementation_.get(), work = std::move(work)] {
    loop->event(work);
  });
}

Network& AsioLoop::network() {
  return posix_network();
}

std::unique_ptr<Watch> AsioLoop::watch(int fd, ReadyHandler& handler) {
  return std::make_unique<AsioWatch>(*implementation_, fd, handler);
}

void AsioLoop::set_alarm(int64_t delay_ms) {
  asio::steady_timer& alarm = implementation_->alarm_;
  if (delay_ms < 0) {
    alarm.cancel();
    return;
  }
  alarm.expires_after(std::chrono::milliseconds(delay_ms));  // what was set before is cancelled
  alarm.async_wait([this](error_code error) {
    if (!error && on_alarm) {
      implementation_->event(on_alarm);
    }
  });
}

void AsioLoop::on_signals(std::initializer_list<int> signals, std::function<void(int)> function) {
  CHECK(!implementation_->on_signal_, "signals are taken already");
  for (const int signal : signals) {
    implementation_->signals_.add(signal);
  }
  implementation_->on_signal_ = std::move(function);
  implementation_->await_signal();
}

void AsioLoop::Implementation::await_signal() {
  signals_.async_wait([this](error_code error, int signal) {
    if (error) {
      return;  // the loop is going
    }
    event([&] { on_signal_(signal); });
    await_signal();
  });
}

}  // namespace kafka
