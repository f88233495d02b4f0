// libyaml's header is imported as it is; a C target needs one source file.
#include "CYAML.h"
