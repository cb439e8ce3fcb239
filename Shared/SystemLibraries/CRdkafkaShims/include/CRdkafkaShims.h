#ifndef CRdkafkaShims_H
#define CRdkafkaShims_H
#endif
