#include "CRdkafkaShims.h"
