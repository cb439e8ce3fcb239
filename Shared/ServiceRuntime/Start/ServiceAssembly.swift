import AdminAPI
import HTTP
import Kafka
import Messaging
import Schema
import ServiceKit
import Store
import Synchronization

/// The parts of one service, put together: what each needs of the others, and in which order they start and stop.
///
/// Start: broker and producer, database and engine, consumer, readers, HTTP. Stop in reverse: HTTP lets its requests be
/// answered, readers end, reading stops and is handled, the engine ends, what it sent is delivered.
final class ServiceAssembly<Application: EngineApplication>: Sendable {
    private struct Running {
        var link: KafkaLink<Application.Command>?
        var engine: EngineThread<Application>?
        var reads: ReadPool?
        var server: HTTPServer?
    }

    let name: String
    let settings: ServiceSettings
    let definition: ServiceDefinition<Application>
    let process: ServiceProcess
    let logger: Logger
    let health: HealthRegistry
    let metrics = MetricsRegistry()
    let httpMetrics: HTTPMetrics
    private let mailbox: Mailbox<Application.Command>
    private let tokens: TokenTable
    private let engineHeartbeat: Heartbeat
    private let running = Mutex(Running())

    init(
        _ name: String, _ settings: ServiceSettings, _ definition: ServiceDefinition<Application>, process: ServiceProcess,
        logger: Logger
    ) throws {
        self.name = name
        self.settings = settings
        self.definition = definition
        self.process = process
        self.logger = logger
        mailbox = Mailbox(recordLimit: settings.engine.waitingRecords, commandLimit: settings.engine.waitingCommands)
        tokens = try TokenTable(
            operatorToken: AccessToken(presented: settings.operatorToken.reveal()), operatorName: settings.operatorName)
        health = HealthRegistry()
        engineHeartbeat = health.heartbeat("engine", limit: HealthView<Application>.loopLimit)
        httpMetrics = HTTPMetrics(metrics)
        try metrics.registerProcessMetrics()
    }

    var link: KafkaLink<Application.Command>? { running.withLock { $0.link } }
    var engine: EngineThread<Application>? { running.withLock { $0.engine } }
    var reads: ReadPool? { running.withLock { $0.reads } }

    var parts: [ServicePart] {
        [
            ServicePart("kafka") { [self] in
                try startLink()
            } stop: { [self] deadline in
                link?.stopWriting(within: deadline.remaining)
            },
            ServicePart("engine") { [self] in
                try startEngine()
            } stop: { [self] deadline in
                engine?.stop(until: deadline)
            },
            ServicePart("consumer") { [self] in
                try startReading()
            } stop: { [self] deadline in
                // One half for the supervisor, one for the consumer.
                link?.stopReading(within: deadline.remaining / 2)
            },
            ServicePart("readers") { [self] in
                try startReaders()
            } stop: { [self] deadline in
                reads?.stop(until: deadline)
            },
            ServicePart("http") { [self] in
                try startServer()
            } stop: { [self] deadline in
                stopServer(deadline)
            },
            // It ends by itself as soon as the service is to stop.
            ServicePart("watch") { [self] in
                try startWatching()
            } stop: { _ in
            },
        ]
    }

    // MARK: Kafka

    private func startLink() throws {
        let process = process
        try BrokerCheck(settings: settings.kafka, clientID: name, topics: definition.topics.all)
            .run { process.waitForStop(until: $0) != nil }
        let kafka = settings.kafka
        var file: String?
        if case .file(let path) = kafka.address { file = path }
        let source = BrokerSource(kafka.configuration(clientID: name), bootstrapFile: file, timeout: kafka.timeout)
        do throws(KafkaError) {
            let link = try KafkaLink(source, group: name, topics: definition.topics.read, mailbox: mailbox, logger: logger)
            running.withLock { $0.link = link }
        } catch {
            throw StartUpError(error, key: kafka.address.key)
        }
    }

    private func startReading() throws {
        do throws(KafkaLinkFailure) {
            try link?.start()
        } catch {
            switch error {
            case .kafka(let error): throw StartUpError(error, key: settings.kafka.address.key)
            case .thread(let error): throw error
            }
        }
    }

    // MARK: Engine

    private func startEngine() throws {
        guard let link else { return }
        let (definition, settings, tokens) = (definition, settings, tokens)
        do throws(EngineStartFailure) {
            let engine = try EngineThread<Application>.start(
                named: "engine", mailbox: mailbox, heartbeat: engineHeartbeat, logger: logger, resume: { link.resume() }
            ) { () throws(StoreError) in
                let clock = SystemClock()
                let connection = try settings.database.store.openWriter()
                try Migrator.apply(try definition.migrations(), to: connection, at: clock.now())
                tokens.add(try definition.loadTokens(connection))
                let random = SystemRandom()
                return try Engine(
                    try definition.makeApplication(connection), connection: connection, log: link, clock: clock,
                    incarnation: link.incarnation, random: { random.next() }, settings: settings.engine.settings)
            }
            running.withLock { $0.engine = engine }
        } catch {
            switch error {
            case .store(let error): throw StartUpError(error)
            case .thread(let error): throw error
            }
        }
    }

    private func startReaders() throws {
        let store = settings.database.store
        do throws(ReadPoolFailure) {
            let reads = try ReadPool.start(threads: settings.readThreads, queueLimit: settings.waitingReads) {
                () throws(StoreError) in try store.openReader()
            }
            running.withLock { $0.reads = reads }
        } catch {
            switch error {
            case .store(let error): throw StartUpError(error)
            case .thread(let error): throw error
            }
        }
    }

    // MARK: HTTP

    private func startServer() throws {
        guard let reads, let engine, let link else { return }
        let watch = HealthView(
            health: health, engine: engine, link: link, parkedInAll: settings.engine.settings.parkedInAll)
        var routes = AdminRoutes(AdminContext(mailbox: mailbox, tokens: tokens, reads: reads, logger: logger))
        try routes.operations { engine.statistics }
        try definition.addRoutes(&routes)
        try EngineMetrics.register(in: metrics, engine: engine, link: link, databasePath: settings.database.path)
        let open = try OpenRoutes.router(watch, RowAgeMetrics(metrics, also: definition.agedTables), metrics, reads)
        let server: HTTPServer
        do throws(HTTPServerError) {
            server = try HTTPServer.start(serverConfiguration, service: routes.service(open: open))
        } catch {
            throw StartUpError(error)
        }
        do throws(StartUpError) {
            try announce(port: server.port)
        } catch {
            server.drain(within: .zero)
            throw error
        }
        try httpMetrics.register(server)
        running.withLock { $0.server = server }
        logger.info("serving", ["address": .string(settings.http.address), "port": .int(server.port)])
    }

    private var serverConfiguration: HTTPServerConfiguration {
        let (logger, httpMetrics) = (logger, httpMetrics)
        var configuration = settings.http.server
        configuration.problemRenderer = APIError.problemRenderer
        let limit = RepeatLimit(every: .seconds(10))
        configuration.log = { logger.log(.debug, limitedBy: limit, "libmicrohttpd", ["text": .string($0)]) }
        configuration.observer = { httpMetrics.observe($0) }
        return configuration
    }

    private func announce(port: UInt16) throws(StartUpError) {
        guard let path = settings.http.portFile else { return }
        try AddressFile(path: path).write(address: settings.http.address, port: port)
    }

    private func stopServer(_ deadline: MonotonicInstant) {
        if let path = settings.http.portFile { AddressFile(path: path).remove() }
        let server = running.withLock { running in
            defer { running.server = nil }
            return running.server
        }
        // The rest of the time is for refusing what is not answered by then.
        let outcome = server?.drain(within: deadline.remaining / 2)
        if let outcome, !outcome.isClean {
            logger.warning(
                "not every request was answered",
                ["refused": .int(outcome.refusedRequests), "lost": .int(outcome.lostRequests)])
        }
    }

    // MARK: Watching

    /// The engine and the link can end by themselves; the process then ends too, for whoever starts it again.
    private func startWatching() throws(ThreadError) {
        guard let engine, let link else { return }
        let (process, logger) = (process, logger)
        _ = try NativeThread.start(named: "watch") {
            while process.waitForStop(until: .now + .seconds(1)) == nil {
                let failure =
                    engine.fatalFailure.map { "the engine has ended: \($0.description)" }
                    ?? link.fatalError.map { "kafka can't be used: \($0.description)" }
                    ?? link.consumerHealth?.fatalError.map { "the consumer has ended: \($0.description)" }
                guard let failure else { continue }
                logger.error(failure)
                process.stop(because: .failed(failure))
            }
        }
    }
}

extension MonotonicInstant {
    /// How long it is until then.
    fileprivate var remaining: Duration { max(.zero, self - .now) }
}
