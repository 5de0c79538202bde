// Lab 08: the run's data and the rules it is judged by.
#pragma once

#include "labs/common/rule.h"

namespace kraftlab {

LabCode idempotence_lab();

}  // namespace kraftlab
