// What the commands of `kraftlab` share: refusing, reading files, finding labs and runs.
#pragma once

#include <filesystem>
#include <string>

#include "labs/common/catalog.h"
#include "labs/common/commands.h"
#include "labs/common/history.h"
#include "labs/common/language.h"
#include "labs/common/progress.h"
#include "labs/common/verdict.h"

namespace kraftlab {

// Says why on stderr; the exit status of a refused command. Where JSON was asked for, it stands on
// stdout as well: {"version": 1, "error": "..."}.
int refuse(const std::string& message, bool json = false);

Style style_of_output();

// How wide the output is: COLUMNS, else the terminal's width, else 80.
size_t columns_of_output();

// The text in lines of at most so many columns, broken at blanks; lines behind the first are
// indented.
std::string wrapped(const std::string& text, size_t columns, size_t indent);

// The translation into the chosen language: the command's words, and with a lab its texts.
Translation translation_of(const Places& places, const LabFiles* lab = nullptr);
bool on_path(const std::string& program);

// The lab that a person named; an Error says what to type instead.
Result<LabFiles> find(const Places& places, const std::string& wanted);

Progress progress_of(const Places& places);

// A run's id, the seed of one (the newest is taken), or an evidence file.
Result<std::filesystem::path> find_evidence(const Places& places, const std::string& run);
Result<History> load_run(const Places& places, const std::string& run);

// "work/08-idempotence": a path as a person in the checkout would type it.
std::string short_path(const Places& places, const std::filesystem::path& path);

}  // namespace kraftlab
