// libjpeg-turbo's TurboJPEG API, which keeps libjpeg's longjmp to itself and reports errors as return values.
#pragma once
#include <turbojpeg.h>
