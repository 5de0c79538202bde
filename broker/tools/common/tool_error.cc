#include "broker/tools/common/tool_error.h"

#include <algorithm>
#include <array>

namespace kafka {

namespace {

// Where the class is not made from the code's name, or Kafka's own sentence shows on stdout.
struct KnownError {
  ErrorCode code;
  std::string_view exception;  // empty: made from the name
  std::string_view sentence;   // empty: describe(code)
};

constexpr auto known_errors = std::to_array<KnownError>({
    {ErrorCode::UnknownServerError, "UnknownServerException", ""},
    {ErrorCode::OffsetOutOfRange, "",
     "The requested offset is not within the range of offsets maintained by the server."},
    {ErrorCode::CorruptMessage, "CorruptRecordException", ""},
    {ErrorCode::UnknownTopicOrPartition, "", "This server does not host this topic-partition."},
    {ErrorCode::RequestTimedOut, "TimeoutException", "The request timed out."},
    {ErrorCode::MessageTooLarge, "RecordTooLargeException", ""},
    {ErrorCode::RecordListTooLarge, "RecordBatchTooLargeException", ""},
    {ErrorCode::InvalidTopicException, "InvalidTopicException", ""},
    {ErrorCode::TopicAlreadyExists, "TopicExistsException", ""},
    {ErrorCode::InvalidConfig, "InvalidConfigurationException", ""},
    {ErrorCode::OutOfOrderSequenceNumber, "OutOfOrderSequenceException", ""},
    {ErrorCode::DuplicateSequenceNumber, "DuplicateSequenceException", ""},
    {ErrorCode::UnsupportedVersion, "", "The version of API is not supported."},
    {ErrorCode::NonEmptyGroup, "GroupNotEmptyException", "The group is not empty."},
    {ErrorCode::GroupIdNotFound, "", "The group id does not exist."},
    {ErrorCode::GroupSubscribedToTopic, "",
     "Deleting offsets of a topic is forbidden while the consumer group is actively subscribed to "
     "it."},
    {ErrorCode::CoordinatorNotAvailable, "", "The coordinator is not available."},
    {ErrorCode::NotCoordinator, "", "This is not the correct coordinator."},
});

const KnownError* find_known(ErrorCode code) {
  const auto* found = std::ranges::find(known_errors, code, &KnownError::code);
  return found == known_errors.end() ? nullptr : found;
}

// GROUP_ID_NOT_FOUND -> GroupIdNotFoundException
std::string class_of_name(std::string_view name) {
  std::string made;
  bool upper = true;
  for (const char c : name) {
    if (c == '_') {
      upper = true;
      continue;
    }
    made += upper ? c : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    upper = false;
  }
  return made + "Exception";
}

}  // namespace

std::string ToolError::to_string() const {
  return message.empty() ? exception : exception + ": " + message;
}

std::string exception_of(ErrorCode code) {
  const KnownError* known = find_known(code);
  const std::string name_of_class = known != nullptr && !known->exception.empty()
                                        ? std::string(known->exception)
                                        : class_of_name(name(code));
  return "org.apache.kafka.common.errors." + name_of_class;
}

std::string default_sentence(ErrorCode code) {
  const KnownError* known = find_known(code);
  return std::string(known != nullptr && !known->sentence.empty() ? known->sentence
                                                                  : describe(code));
}

ToolError server_error(int16_t code, const std::optional<std::string>& message) {
  const auto error = static_cast<ErrorCode>(code);
  return {exception_of(error), message && !message->empty() ? *message : default_sentence(error),
          error};
}

}  // namespace kafka
