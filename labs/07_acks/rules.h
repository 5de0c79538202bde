// Lab 07: the run's data and the rules it is judged by.
#pragma once

#include "labs/common/rule.h"

namespace kraftlab {

LabCode acks_lab();

}  // namespace kraftlab
