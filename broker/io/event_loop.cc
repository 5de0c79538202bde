#include "broker/io/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include "broker/core/check.h"

namespace kafka {

namespace {

constexpr size_t events_max = 64;  // taken by one epoll_wait

// These calls fail only when the process is out of descriptors or the caller is wrong.
int checked(int result, const char* call) {
  CHECK(result >= 0, "{}: {}", call, std::strerror(errno));
  return result;
}

// A descriptor of the loop's own, closed with it.
class OwnedDescriptor {
 public:
  explicit OwnedDescriptor(int fd) : fd_(fd) {}
  ~OwnedDescriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  OwnedDescriptor(const OwnedDescriptor&) = delete;
  OwnedDescriptor& operator=(const OwnedDescriptor&) = delete;
  int get() const { return fd_; }
  void set(int fd) { fd_ = fd; }

 private:
  int fd_;
};

}  // namespace

class EpollWatch;

class EventLoop::Implementation {
 public:
  explicit Implementation(EventLoop& loop);

  void run();
  void stop() { stopped_ = true; }
  void post(std::function<void()> work);
  void set_alarm(int64_t delay_ms);
  void on_signals(std::initializer_list<int> signals, std::function<void(int)> function);

  void control(int operation, int fd, uint32_t events, void* tag);
  // Events of this batch that are still to come for a watch that goes.
  void forget(EpollWatch* watch);

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

 private:
  void dispatch(const epoll_event& happened);
  void run_posted();
  void run_signal();

  EventLoop& loop_;
  OwnedDescriptor epoll_{checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
  OwnedDescriptor wake_{checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")};
  OwnedDescriptor timer_{
      checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")};
  OwnedDescriptor signals_{-1};
  std::function<void(int)> on_signal_;
  bool stopped_ = false;
  std::array<epoll_event, events_max> events_;
  size_t next_event_ = 0;
  size_t event_count_ = 0;

  std::mutex mutex_;  // of what follows
  std::vector<std::function<void()>> posted_;
};

// A descriptor stays in the epoll set with what was wanted of it, so that a connection that reads,
// answers and reads again costs no call. Only an event that nobody waits for changes the set.
class EpollWatch final : public Watch {
 public:
  EpollWatch(EventLoop::Implementation& loop, int fd, ReadyHandler& handler)
      : loop_(loop), fd_(fd), handler_(handler) {}
  ~EpollWatch() override {
    loop_.forget(this);
    ::close(fd_);  // and with that it is out of the set
  }
  EpollWatch(const EpollWatch&) = delete;
  EpollWatch& operator=(const EpollWatch&) = delete;

  int fd() const override { return fd_; }
  void await_readable() override { await(EPOLLIN); }
  void await_writable() override { await(EPOLLOUT); }

  void dispatch(uint32_t events) {
    // Whoever waits finds an error with its next call. It cannot be masked, only taken out.
    const bool broken = (events & (EPOLLERR | EPOLLHUP)) != 0;
    events = broken ? EPOLLIN | EPOLLOUT : events;
    const uint32_t due = events & awaited_;
    if (due == 0) {
      set_interest(broken ? 0 : registered_ & ~events);
    } else if ((due & EPOLLOUT) != 0) {  // one call per event: it may destroy this watch
      awaited_ &= ~EPOLLOUT;
      loop_.event([this] { handler_.on_writable(); });
    } else {
      awaited_ &= ~EPOLLIN;
      loop_.event([this] { handler_.on_readable(); });
    }
  }

 private:
  void await(uint32_t events) {
    awaited_ |= events;
    if ((registered_ & events) != events) {
      set_interest(registered_ | events);
    }
  }

  void set_interest(uint32_t events) {
    const int operation = events == 0        ? EPOLL_CTL_DEL
                          : registered_ == 0 ? EPOLL_CTL_ADD
                                             : EPOLL_CTL_MOD;
    registered_ = events;
    loop_.control(operation, fd_, events, this);
  }

  EventLoop::Implementation& loop_;
  int fd_;
  ReadyHandler& handler_;
  uint32_t awaited_ = 0;     // since it was last called
  uint32_t registered_ = 0;  // in the kernel; 0: not in the set
};

EventLoop::Implementation::Implementation(EventLoop& loop) : loop_(loop) {
  control(EPOLL_CTL_ADD, wake_.get(), EPOLLIN, &wake_);
  control(EPOLL_CTL_ADD, timer_.get(), EPOLLIN, &timer_);
}

void EventLoop::Implementation::control(int operation, int fd, uint32_t events, void* tag) {
  epoll_event interest = {};
  interest.events = events;
  interest.data.ptr = tag;
  checked(::epoll_ctl(epoll_.get(), operation, fd, &interest), "epoll_ctl");
}

void EventLoop::Implementation::forget(EpollWatch* watch) {
  for (size_t i = next_event_; i < event_count_; ++i) {
    if (events_[i].data.ptr == watch) {
      events_[i].data.ptr = nullptr;
    }
  }
}

void EventLoop::Implementation::run() {
  while (!stopped_) {
    const int count = ::epoll_wait(epoll_.get(), events_.data(), events_max, -1);
    CHECK(count >= 0 || errno == EINTR, "epoll_wait: {}", std::strerror(errno));
    event_count_ = count > 0 ? static_cast<size_t>(count) : 0;
    for (next_event_ = 0; next_event_ < event_count_ && !stopped_;) {
      dispatch(events_[next_event_++]);
    }
  }
}

void EventLoop::Implementation::dispatch(const epoll_event& happened) {
  uint64_t count = 0;
  if (happened.data.ptr == nullptr) {
    return;
  }
  if (happened.data.ptr == &wake_) {
    if (::read(wake_.get(), &count, sizeof(count)) == sizeof(count)) {
      run_posted();
    }
  } else if (happened.data.ptr == &timer_) {
    if (::read(timer_.get(), &count, sizeof(count)) == sizeof(count) && loop_.on_alarm) {
      event(loop_.on_alarm);
    }
  } else if (happened.data.ptr == &signals_) {
    run_signal();
  } else {
    static_cast<EpollWatch*>(happened.data.ptr)->dispatch(happened.events);
  }
}

void EventLoop::Implementation::run_posted() {
  std::vector<std::function<void()>> work;
  {
    const std::lock_guard lock(mutex_);
    work.swap(posted_);
  }
  for (const std::function<void()>& item : work) {
    event(item);
  }
}

void EventLoop::Implementation::run_signal() {
  signalfd_siginfo arrived = {};
  if (::read(signals_.get(), &arrived, sizeof(arrived)) == sizeof(arrived)) {
    event([&] { on_signal_(static_cast<int>(arrived.ssi_signo)); });
  }
}

void EventLoop::Implementation::post(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(work));
  }
  const uint64_t one = 1;
  const ssize_t written = ::write(wake_.get(), &one, sizeof(one));
  CHECK(written == sizeof(one) || errno == EAGAIN, "eventfd: {}", std::strerror(errno));
}

void EventLoop::Implementation::set_alarm(int64_t delay_ms) {
  itimerspec at = {};
  if (delay_ms >= 0) {
    at.it_value.tv_sec = delay_ms / 1000;
    at.it_value.tv_nsec = delay_ms == 0 ? 1 : delay_ms % 1000 * 1'000'000;  // zero would be never
  }
  checked(::timerfd_settime(timer_.get(), 0, &at, nullptr), "timerfd_settime");
}

void EventLoop::Implementation::on_signals(std::initializer_list<int> signals,
                                           std::function<void(int)> function) {
  CHECK(signals_.get() < 0, "signals are taken already");
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) {
    sigaddset(&set, signal);
  }
  checked(-::pthread_sigmask(SIG_BLOCK, &set, nullptr), "pthread_sigmask");
  signals_.set(checked(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC), "signalfd"));
  on_signal_ = std::move(function);
  control(EPOLL_CTL_ADD, signals_.get(), EPOLLIN, &signals_);
}

EventLoop::EventLoop() : implementation_(std::make_unique<Implementation>(*this)) {}
EventLoop::~EventLoop() = default;

void EventLoop::run() {
  implementation_->run();
}
void EventLoop::stop() {
  implementation_->stop();
}
void EventLoop::post(std::function<void()> work) {
  implementation_->post(std::move(work));
}
std::unique_ptr<Watch> EventLoop::watch(int fd, ReadyHandler& handler) {
  return std::make_unique<EpollWatch>(*implementation_, fd, handler);
}
void EventLoop::set_alarm(int64_t delay_ms) {
  implementation_->set_alarm(delay_ms);
}
void EventLoop::on_signals(std::initializer_list<int> signals, std::function<void(int)> function) {
  implementation_->on_signals(signals, std::move(function));
}

}  // namespace kafka
