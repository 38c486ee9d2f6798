public import ArgumentParser
public import GroupCommunication
import Models

extension Service: ExpressibleByArgument {
  public init?(argument: String) {
    guard let service = Self.allCases.first(where: { $0.description == argument }) else { return nil }
    self = service
  }
}

struct ExploreService: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "service",
    abstract: "The Virtual Synchrony service alone, with users who send and answer flush requests.",
    discussion: """
      The adversary parts and connects the network, makes processes suspect each other wrongly, and lets them crash, \
      recover and join.
      """)

  @Option(help: ArgumentHelp("How many processes, 1 to 6.", valueName: "n")) var processes = 2
  @Option(
    help: ArgumentHelp("How many of them have joined at the start. (default: all)", valueName: "n"))
  var founders: Int?
  @Option(help: ArgumentHelp("How many events the adversary has.", valueName: "n")) var budget = 2
  @Option(help: ArgumentHelp("How many messages users send, to all or to one.", valueName: "n"))
  var messages = 0
  @Option(
    name: .customLong("service"),
    help: ArgumentHelp(
      "With which service they are sent; may be said several times. (default: fifo, causal, agreed or safe)",
      valueName: "name"))
  var services: [Service] = []
  @OptionGroup(title: "OPTIONS OF THE SEARCH") var searching: SearchArguments

  func validate() throws {
    if !(1...6 ~= processes) { throw ValidationError("--processes must be from 1 to 6.") }
    if let founders, !(0...processes ~= founders) {
      throw ValidationError("--founders must be from 0 to \(processes), the number of processes.")
    }
    if !(0...100 ~= budget) { throw ValidationError("--budget must be from 0 to 100.") }
    if !(0...100 ~= messages) { throw ValidationError("--messages must be from 0 to 100.") }
  }

  func run() throws {
    let kinds: [Service] = services.isEmpty ? [.fifo, .causal, .agreed, .safe] : services
    let model = ServiceModel(
      processes: processes, founders: ProcessSet((0..<(founders ?? processes)).map { Process($0) }),
      budget: budget, messages: messages, services: kinds)
    var settings = [(name: "processes", value: "\(processes)")]
    if let founders { settings.append(("founders", "\(founders)")) }
    settings += [("budget", "\(budget)"), ("messages", "\(messages)")]
    if messages > 0 { settings.append(("services", kinds.map(\.description).joined(separator: "/"))) }
    try searching.explore(model, "service", settings: settings)
  }
}
