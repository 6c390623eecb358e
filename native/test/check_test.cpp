// The checks themselves: above all that NaN never passes for a number.
#include "check.h"

#include <limits>

int main() {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();

  CHECK(check::close(1.0, 1.0, 0, 0));
  CHECK(check::close(1.01, 1.0, 0.02, 0));
  CHECK(!check::close(1.03, 1.0, 0.02, 0));
  CHECK(!check::close(nan, 1.0, 1, 1));
  CHECK(!check::close(1.0, nan, 1, 1));
  CHECK(check::close(nan, nan, 0, 0));
  CHECK(check::close(infinity, infinity, 0, 0));
  CHECK(!check::close(1.0, infinity, 1, 1));
  CHECK(!check::close(-infinity, infinity, 1, 1));
  CHECK(!check::close(infinity, 1.0, 1, 1));
  return check::result();
}
