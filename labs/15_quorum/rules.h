// Lab 15: the run's data and the rules it is judged by.
#pragma once

#include "labs/common/rule.h"

namespace kraftlab {

LabCode quorum_lab();

}  // namespace kraftlab
