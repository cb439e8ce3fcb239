import CYaml

/// Builds the tree from libyaml's events, and refuses what is not plain as soon as its event comes.
struct YAMLParser {
    private let events: YAMLEvents

    static func parse(_ bytes: [UInt8], file: String) throws(YAMLError) -> YAMLNode {
        let events = YAMLEvents(bytes, file: file)
        return try YAMLParser(events: events).document()
    }

    private func document() throws(YAMLError) -> YAMLNode {
        _ = try events.next()  // the start of the stream
        let start = try events.next()
        guard start.kind == YAML_DOCUMENT_START_EVENT else {
            throw events.error(.empty, at: YAMLPosition(line: 1, column: 1), "empty, there is no value in it")
        }
        let root = try node(from: try events.next(), depth: 1)
        if root.isNull {
            throw events.error(.empty, at: root.position, "empty, there is no value in it")
        }
        _ = try events.next()  // the end of the document
        let end = try events.next()
        guard end.kind == YAML_STREAM_END_EVENT else {
            throw events.error(.secondDocument, at: end.position, "a second document begins here; only one is allowed")
        }
        return root
    }

    private func node(from event: YAMLEvents.Event, depth: Int) throws(YAMLError) -> YAMLNode {
        if event.kind == YAML_ALIAS_EVENT {
            throw events.error(.alias, at: event.position, "an alias (*) is not allowed here; write the value out")
        }
        if event.hasAnchor {
            throw events.error(.anchor, at: event.position, "an anchor (&) is not allowed here")
        }
        if event.hasTag {
            throw events.error(.tag, at: event.position, "a tag (!) is not allowed here")
        }
        if event.kind == YAML_SCALAR_EVENT {
            return YAMLNode(content: .scalar(event.text, quoted: event.isQuoted), position: event.position)
        }
        guard depth <= YAMLDocument.maximumDepth else {
            throw events.error(.tooDeep, at: event.position, "nested deeper than \(YAMLDocument.maximumDepth) levels")
        }
        let isList = event.kind == YAML_SEQUENCE_START_EVENT
        let content: YAMLNode.Content = isList ? .list(try list(depth: depth)) : .map(try map(depth: depth))
        return YAMLNode(content: content, position: event.position)
    }

    private func list(depth: Int) throws(YAMLError) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let event = try events.next()
            if event.kind == YAML_SEQUENCE_END_EVENT { return items }
            items.append(try node(from: event, depth: depth + 1))
        }
    }

    private func map(depth: Int) throws(YAMLError) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var seen: Set<String> = []
        while true {
            let event = try events.next()
            if event.kind == YAML_MAPPING_END_EVENT { return entries }
            let key = try node(from: event, depth: depth + 1)
            guard case .scalar(let text, _) = key.content else {
                throw events.error(.keyNotText, at: key.position, "a key must be text, not \(key.summary)")
            }
            guard seen.insert(text).inserted else {
                throw events.error(.duplicateKey, at: key.position, "key \(quotedForMessage(text)) stands here a second time")
            }
            let value = try node(from: try events.next(), depth: depth + 1)
            entries.append(YAMLEntry(key: text, keyPosition: key.position, value: value))
        }
    }
}
