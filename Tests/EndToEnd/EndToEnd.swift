import Testing

/// Real executables on real brokers, one system at a time: the machine has few cores, and the tests tell times.
@Suite(.serialized, .onItsOwnThread, .endingKafka, .needsPrograms)
struct EndToEnd {}
