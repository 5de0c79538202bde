#include "protocol/inspect.h"

#include "protocol/api/all.h"
#include "protocol/print.h"

namespace kafka {
namespace {

std::string unreadable(Notation notation, size_t size, const std::string& reason) {
  detail::Printer printer(notation == Notation::Json);
  printer.open('{');
  printer.name("unreadable_bytes");
  printer.integer(static_cast<int64_t>(size));
  printer.name("reason");
  printer.string(reason);
  printer.close('}');
  return printer.take();
}

template <class M>
std::string show(int16_t version, Notation notation, std::span<const uint8_t> body) {
  auto message = decode<M>(body, version);
  if (!message) {
    return unreadable(notation, body.size(), message.error().message);
  }
  return notation == Notation::Json ? to_json(*message, version) : to_text(*message, version);
}

}  // namespace

std::string inspect(int16_t api_key, int16_t api_version, Direction direction, Notation notation,
                    std::span<const uint8_t> body) {
  std::string shown;
  for_each_api([&]<class Request, class Response>(Api<Request, Response>) {
    if (static_cast<int16_t>(Request::key) == api_key) {
      shown = direction == Direction::Request ? show<Request>(api_version, notation, body)
                                              : show<Response>(api_version, notation, body);
    }
  });
  return shown.empty() ? unreadable(notation, body.size(), "no API has this key") : shown;
}

}  // namespace kafka
