/* version.h - of the program and of the library */
#ifndef CORE_VERSION_H
#define CORE_VERSION_H

#define FWTOOL_VERSION "0.1.0"

#endif
