// kraftlab-links: the network between the nodes of a local cluster (./lab cluster), see links.h.
#include <fmt/core.h>

#include <cstdio>

#include "broker/tools/common/console.h"
#include "broker/tools/common/options.h"
#include "broker/tools/links/links.h"
#include "broker/tools/tools.h"

namespace kafka {

int run_links(const Words& words) {
  OptionParser parser("Relays the connections between local nodes, and can cut them.");
  parser.value("control", "file", "The Unix socket for orders. Required.")
      .repeated("link", "node:listen:target", "A port to relay; the node is whose port it is.")
      .value("order", "words", "Send an order instead: 'cut 1 2', 'heal', 'list', 'node 1 PID'.")
      .help_and_version();
  auto options = read_command_line(parser, words);
  if (!options) {
    return options.error();
  }
  if (const auto missing = missing_option(*options, {"control"})) {
    return print_usage(parser, *missing);
  }
  const std::string control = options->text_or("control", "");
  if (const auto order = options->text("order")) {
    return send_order(control, *order);
  }
  std::vector<Link> links;
  for (const std::string& text : options->all("link")) {
    const auto link = parse_link(text);
    if (!link) {
      return print_usage(parser, text + " is not of the form node:listen:target");
    }
    links.push_back(*link);
  }
  return serve_links(control, links);
}

}  // namespace kafka
