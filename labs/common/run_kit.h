// Pieces that every kind of run is made of: files of the run's folder, brokers as processes,
// entries that the grader itself writes into the evidence.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "broker/core/evidence.h"
#include "labs/common/crew.h"
#include "labs/common/process.h"
#include "labs/common/run.h"

namespace kraftlab {

inline constexpr std::chrono::seconds kBrokerStartMax{20};
inline constexpr std::chrono::seconds kBrokerStopMax{10};

Result<> write_run_file(const std::filesystem::path& path, std::string_view content,
                        bool append = false);

// True when nobody listens there now.
bool is_free(uint16_t port);

int64_t realtime_us();
std::string entry_text(kafka::evidence::Type type, std::string json);

// Writes down in the run's evidence what the grader did or found.
Result<> add_deed(const std::filesystem::path& folder, const std::string& text);

// PATH with the Kafka tools in front.
std::string tools_path(const std::filesystem::path& dist);

// Formats the data folder that a properties file names.
Result<> format_storage(const std::filesystem::path& dist, const std::filesystem::path& properties);

// Starts a broker; what it says goes to `log`. It is ready when await_broker says so: an Error
// holds its last words.
Result<Process> launch_broker(const std::filesystem::path& dist,
                              const std::filesystem::path& properties,
                              const std::filesystem::path& log);
Result<> await_broker(Process& broker, const std::filesystem::path& log);
Result<> stop_broker(Process& broker);

// Runs a shell script with the Kafka tools, in the run's folder.
Result<> run_tools(const std::filesystem::path& dist, const std::filesystem::path& folder,
                   const std::string& command);

// How the learner's program is started, but for what its acts add.
ProgramPlan program_plan(const RunPlan& plan, const std::filesystem::path& folder,
                         const std::string& bootstrap);

}  // namespace kraftlab
