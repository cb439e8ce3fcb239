/// Translates configuration keys to names of environment variables: `kafka.bootstrapFile` is `HC_KAFKA_BOOTSTRAP_FILE`.
struct EnvironmentNaming {
    let prefix: String

    func variable(for key: String) -> String {
        var name = prefix
        var previousIsUpper = true
        for character in key {
            if character == "." {
                name += "_"
                previousIsUpper = true
            } else {
                if character.isUppercase, !previousIsUpper { name += "_" }
                name += character.uppercased()
                previousIsUpper = character.isUppercase
            }
        }
        return name
    }
}
