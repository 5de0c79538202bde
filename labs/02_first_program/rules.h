// Lab 02: the run's data and the rules it is judged by.
#pragma once

#include "labs/common/rule.h"

namespace kraftlab {

LabCode first_program_lab();

}  // namespace kraftlab
