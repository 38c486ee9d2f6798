/// A name of a trace: of a process, a message, a session, an instance.
///
/// Names are compared by their UTF-8 bytes (trace format, "File"), not by Unicode's canonical equivalence as
/// `String` is: "é" written as one scalar and as two are two names.
public struct Name: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  public let string: String

  public init(_ string: String) { self.string = string }
  public init(stringLiteral value: String) { self.string = value }

  public var description: String { string }

  public static func == (a: Name, b: Name) -> Bool { a.string.utf8.elementsEqual(b.string.utf8) }
  public static func < (a: Name, b: Name) -> Bool {
    a.string.utf8.lexicographicallyPrecedes(b.string.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    var string = string
    string.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(UInt8(0xff))
  }
}
