extension Refusal {
    /// Checks a text that is kept for people.
    /// - Throws: ``RefusalCode/invalidValue`` when it is longer than the limit in characters, or holds a NUL, which databases
    ///   cannot keep.
    public static func check(_ text: String, field: String, limit: Int) throws(Refusal) {
        // A text has no more characters than bytes, so that most need not be counted.
        guard text.utf8.count <= limit || text.count <= limit else {
            throw Refusal(.invalidValue, "The \(field) is longer than \(limit) characters", field: field, next: "Shorten it")
        }
        guard !text.utf8.contains(0) else {
            throw Refusal(.invalidValue, "The \(field) holds a NUL character", field: field, next: "Leave the NUL out")
        }
    }
}
