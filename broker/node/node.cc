#include "broker/node/node.h"

#include <utility>

#include "broker/node/log_format.h"
#include "broker/node/parts.h"

namespace kafka {

Node::Node(std::unique_ptr<NodeParts> parts) : parts_(std::move(parts)) {
  parts_->attach(*this);
}

Node::~Node() = default;

void Node::stop() {
  parts_->loop.post([this] { parts_->begin_stop(); });
}

int32_t Node::port_of(std::string_view listener) const {
  const auto found = parts_->ports.find(listener);
  return found == parts_->ports.end() ? -1 : found->second;
}

const BrokerConfig& Node::config() const {
  return parts_->config;
}
const MetadataImage& Node::image() const {
  return std::as_const(parts_->metadata).kraft().image();
}
Controller& Node::controller() {
  return parts_->metadata.kraft().controller();
}
bool Node::is_active_controller() const {
  return kraft().is_active_controller();
}
const Kraft& Node::kraft() const {
  return std::as_const(parts_->metadata).kraft();
}
ReplicaTable& Node::replicas() {
  return parts_->replicas;
}
Storage& Node::storage() {
  return parts_->storage;
}
GroupCoordinator& Node::groups() {
  return parts_->groups->coordinator();
}
void Node::run(GroupOutput output) {
  parts_->groups->run(std::move(output));
}
Departures& Node::departures() {
  return parts_->departures;
}
Purgatory& Node::purgatory() {
  return parts_->purgatory;
}
FetchSessions& Node::fetch_sessions() {
  return parts_->fetch_sessions;
}
BatchValidator& Node::batch_validator() {
  return parts_->batch_validator;
}
Random& Node::random() {
  return parts_->random;
}
Peers& Node::peers() {
  return parts_->peers;
}
void Node::ask_controller(std::shared_ptr<ControllerCall> call) {
  parts_->controller_calls.start(std::move(call));
}
void Node::retry_at_controller(std::shared_ptr<ControllerCall> call, const Error& why) {
  parts_->controller_calls.retry(std::move(call), why);
}
void Node::call_here(std::span<uint8_t> frame, LocalDone done) {
  ConnectionInfo self;
  self.is_controller_listener = true;
  if (!config().controller_listener_names.empty()) {
    self.listener = config().controller_listener_names.front();
  }
  parts_->call_here(self, frame, std::move(done));
}
void Node::call_here(ConnectionInfo& from, std::span<uint8_t> frame, LocalDone done) {
  parts_->call_here(from, frame, std::move(done));
}
std::map<std::string, std::vector<std::function<void(Result<>)>>>& Node::topics_on_demand() {
  return parts_->topics_on_demand;
}
int64_t Node::now_ms() const {
  return parts_->now_ms;
}

TimerId Node::run_at(int64_t at_ms, std::function<void()> function) {
  return parts_->timers.run_at(at_ms, parts_->now_ms, std::move(function));
}

void Node::cancel(TimerId timer) {
  parts_->timers.cancel(timer);
}

void Node::commit(std::vector<MetadataRecord> records, std::function<void(Result<>)> done) {
  parts_->metadata.commit(std::move(records), std::move(done));
}

void Node::upgrade_kraft_version(int16_t level, std::function<void(Result<>)> done) {
  parts_->metadata.upgrade_kraft_version(level, std::move(done));
}

void Node::allocate_producer_id(std::function<void(Result<int64_t>)> done) {
  parts_->producer_ids->allocate(std::move(done));
}

void Node::ask_raft(const ReplyTo& to, RaftRequest request) {
  parts_->metadata.ask(to, std::move(request));
}
BrokerFailures& Node::failures() {
  return *parts_->failures;
}
int32_t Node::broker_id() const {
  return config().is_broker ? config().node_id : -1;
}
int64_t Node::broker_epoch() const {
  return parts_->alone ? kraft().broker_epoch() : parts_->lifecycle->epoch();
}

Writer Node::begin_reply(const ReplyTo& to) {
  Writer writer = parts_->server.take_writer(to.connection_id);
  (void)begin_frame(writer);
  encode_response_header(static_cast<ApiKey>(to.api_key), to.api_version, to.correlation_id,
                         writer);
  return writer;
}

void Node::finish_reply(const ReplyTo& to, Writer&& writer, const Result<>& encoded) {
  end_frame(writer, 0);
  if (!encoded || !writer.ok()) {
    const std::string why = encoded ? writer.error() : encoded.error().message;
    log_error("kafka.server.KafkaApis", "The answer to API {} v{} cannot be written: {}",
              to.api_key, to.api_version, why);
    close_connection(to, "its answer could not be written");
    return;
  }
  if (to.connection_id == LocalCalls::connection_id) {
    parts_->local_calls.finish(to.sequence, writer.bytes().subspan(frame_size_bytes));
    return;
  }
  parts_->server.reply(to.connection_id, to.sequence, std::move(writer));
}

void Node::reply_frame(const ReplyTo& to, std::span<const uint8_t> frame) {
  Writer writer = parts_->server.take_writer(to.connection_id);
  (void)begin_frame(writer);
  writer.raw(frame);
  finish_reply(to, std::move(writer), {});
}

void Node::reply_nothing(const ReplyTo& to) {
  parts_->server.reply_nothing(to.connection_id, to.sequence);
}

void Node::close_connection(const ReplyTo& to, std::string_view reason) {
  parts_->close_connection(to, reason);
}

ConnectionInfo* Node::connection(const ReplyTo& to) {
  return parts_->server.connection_info(to.connection_id);
}

}  // namespace kafka
