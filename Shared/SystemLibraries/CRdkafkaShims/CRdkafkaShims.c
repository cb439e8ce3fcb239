#include "CRdkafkaShims.h"

rd_kafka_resp_err_t hc_rdkafka_produce(rd_kafka_t *client, rd_kafka_topic_t *topic, int32_t partition,
                                       const void *key, size_t key_size, const void *value, size_t value_size,
                                       rd_kafka_headers_t *headers, int64_t timestamp, void *tag) {
    rd_kafka_resp_err_t error;
    if (headers == NULL)
        return rd_kafka_producev(client, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
                                 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, key_size),
                                 RD_KAFKA_V_VALUE((void *)value, value_size), RD_KAFKA_V_TIMESTAMP(timestamp),
                                 RD_KAFKA_V_OPAQUE(tag), RD_KAFKA_V_END);
    error = rd_kafka_producev(client, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, key_size),
                              RD_KAFKA_V_VALUE((void *)value, value_size), RD_KAFKA_V_TIMESTAMP(timestamp),
                              RD_KAFKA_V_OPAQUE(tag), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    // librdkafka takes the headers only when it takes the record.
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_headers_destroy(headers);
    return error;
}
