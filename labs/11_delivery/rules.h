// Lab 11: the run's data and the rules it is judged by.
#pragma once

#include "labs/common/rule.h"

namespace kraftlab {

LabCode delivery_lab();

}  // namespace kraftlab
