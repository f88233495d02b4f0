// zlib's header is imported as it is; a C target needs one source file.
#include "CZlib.h"
