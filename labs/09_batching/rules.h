// Lab 09: the run's data and the rules it is judged by.
#pragma once

#include "labs/common/rule.h"

namespace kraftlab {

LabCode batching_lab();

}  // namespace kraftlab
