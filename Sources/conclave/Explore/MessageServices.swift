import ArgumentParser
import GroupCommunication

/// The messages of an exploration: `2`, each with any of three services, or `agreed,safe`.
struct MessageServices: ExpressibleByArgument, CustomStringConvertible {
  var services: [[Service]]

  init?(argument: String) {
    if let count = Int(argument) {
      guard 0...8 ~= count else { return nil }
      services = Array(repeating: [.fifo, .agreed, .safe], count: count)
      return
    }
    services = []
    for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let service = Service.allCases.first(where: { $0.description == word }) else { return nil }
      services.append([service])
    }
    if services.count > 8 { return nil }
  }

  var defaultValueDescription: String { "\(services.count)" }

  var description: String {
    let messages = services.map { $0.map(\.description).joined(separator: "/") }
    return messages.isEmpty ? "none" : messages.joined(separator: " ")
  }
}
