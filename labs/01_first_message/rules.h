// Lab 01: the run's data and the rules it is judged by.
#pragma once

#include "labs/common/rule.h"

namespace kraftlab {

LabCode first_message_lab();

}  // namespace kraftlab
