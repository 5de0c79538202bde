// Lab 14: the run's data and the rules it is judged by.
#pragma once

#include "labs/common/rule.h"

namespace kraftlab {

LabCode unclean_election_lab();

}  // namespace kraftlab
