// Lab 03: the run's data and the rules it is judged by.
#pragma once

#include "labs/common/rule.h"

namespace kraftlab {

LabCode listeners_lab();

}  // namespace kraftlab
