#include "model/number.h"
namespace stator::model {}
