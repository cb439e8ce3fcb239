#ifndef CRdkafkaShims_H
#define CRdkafkaShims_H
#include <librdkafka/rdkafka.h>
#include <stddef.h>
#include <stdint.h>

/// Produces one record through the variadic rd_kafka_producev, which Swift cannot call. Key and value are copied.
/// `headers` may be NULL; they belong to librdkafka after the call, whatever it returns.
/// `timestamp` is in milliseconds since 1970, 0 for now.
rd_kafka_resp_err_t hc_rdkafka_produce(rd_kafka_t *client, rd_kafka_topic_t *topic, int32_t partition,
                                       const void *key, size_t key_size, const void *value, size_t value_size,
                                       rd_kafka_headers_t *headers, int64_t timestamp, void *tag);

#endif
