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
  parts_->loop.post([this] { parts_->loop.stop(); });
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

void Node::allocate_producer_id(std::function<void(Result<int64_t>)> done) {
  parts_->producer_ids.allocate(std::move(done));
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
  parts_->server.reply(to.connection_id, to.sequence, std::move(writer));
}

void Node::reply_nothing(const ReplyTo& to) {
  parts_->server.reply_nothing(to.connection_id, to.sequence);
}

void Node::close_connection(const ReplyTo& to, std::string_view reason) {
  parts_->server.close(to.connection_id, reason);
}

}  // namespace kafka
