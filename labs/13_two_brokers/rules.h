// Lab 13: the run's data and the rules it is judged by.
#pragma once

#include "labs/common/rule.h"

namespace kraftlab {

LabCode two_brokers_lab();

}  // namespace kraftlab
