#include "CMicrohttpdShims.h"
