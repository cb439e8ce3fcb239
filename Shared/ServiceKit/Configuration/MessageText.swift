/// A text in quotes for a one-line message: control characters escaped, long texts cut.
func quotedForMessage(_ text: String) -> String {
    var result = "\""
    for (count, scalar) in text.unicodeScalars.enumerated() {
        guard count < 80 else {
            result += "…"
            break
        }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format: result += scalar.escaped(asASCII: true)
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}

/// The candidate a mistyped name most likely stands for; nil when none is near.
func nearest(to name: String, among candidates: some Collection<String>) -> String? {
    let limit = max(1, name.unicodeScalars.count / 3)
    let ranked = candidates.map { (name: $0, distance: editDistance(name, $0)) }
    let best = ranked.min { ($0.distance, $0.name) < ($1.distance, $1.name) }
    return best.flatMap { $0.distance <= limit ? $0.name : nil }
}

/// How many characters must be put in, left out, changed or swapped with their neighbour to make one text of the other;
/// upper and lower case count as the same.
private func editDistance(_ a: String, _ b: String) -> Int {
    let a = Array(a.lowercased().unicodeScalars.prefix(128))
    let b = Array(b.lowercased().unicodeScalars.prefix(128))
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in 0..<a.count {
        var current = [i + 1]
        for j in 0..<b.count {
            var distance = min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, current[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { distance = min(distance, beforePrevious[j - 1] + 1) }
            current.append(distance)
        }
        beforePrevious = previous
        previous = current
    }
    return previous[b.count]
}
