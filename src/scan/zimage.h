/* zimage.h - self-unpacking ARM kernels: found in one file, opened in another */
#ifndef SCAN_ZIMAGE_H
#define SCAN_ZIMAGE_H

#include "core/format.h"

extern const struct wrap wrap_zimage;

#endif
