import Foundation
import Testing

@testable import Traces

/// A trace in memory, as the file `t`.
func source(_ text: String, name: String = "t") -> TraceSource { .bytes(Array(text.utf8), name: name) }

/// What reading ends in.
enum Outcome: Hashable, CustomStringConvertible {
  case trace(Trace)
  case failure(TraceError)

  var description: String {
    switch self {
    case .trace(let trace): "\(trace.events.count) events"
    case .failure(let error): error.description
    }
  }

  init(_ sources: [TraceSource]) {
    do throws(TraceError) { self = .trace(try Trace.read(sources)) } catch { self = .failure(error) }
  }

  /// Reads with `nextBatch`, without times.
  init(_ sources: [TraceSource], _ options: TraceReader.Options) {
    do throws(TraceError) {
      var reader = try TraceReader(sources, options)
      var events: [LocatedEvent] = []
      while let batch = try reader.nextBatch() {
        let names = reader.processes
        for scanned in batch.events {
          let event = scanned.event(time: nil, names, batch.details)
          events.append(LocatedEvent(event: event, file: batch.file, line: Int(scanned.line)))
        }
      }
      self = .trace(Trace(header: reader.header, files: reader.files, events: events))
    } catch {
      self = .failure(error)
    }
  }
}

/// The events of a trace that must be readable.
func events(_ text: String) throws -> [Event] { try Trace.read([source(text)]).events.map(\.event) }

struct Accepted: Sendable, CustomTestStringConvertible {
  var line: String
  var event: Event
  var testDescription: String { line }
  init(_ line: String, _ event: Event) {
    self.line = line
    self.event = event
  }
}

@Suite struct AcceptedLines {
  static let lines: [Accepted] = [
    Accepted(#"{"at":"a","event":"join"}"#, Event(at: "a", layer: nil, action: .join)),
    Accepted(#"{"at":"a","layer":"gcs","event":"leave"}"#, Event(at: "a", layer: .gcs, action: .leave)),
    Accepted(#"{"at":"a","layer":"secure","event":"crash"}"#, Event(at: "a", layer: .secure, action: .crash)),
    Accepted(#"{"at":"a","layer":null,"event":"recover"}"#, Event(at: "a", layer: nil, action: .recover)),
    Accepted(#"{"at":"a","event":"breakIn","key":3}"#, Event(at: "a", layer: nil, action: .breakIn)),
    Accepted(#"{"at":"a","event":"signal"}"#, Event(at: "a", action: .signal)),
    Accepted(#"{"at":"a","event":"flushRequest","time":0}"#, Event(at: "a", time: 0, action: .flushRequest)),
    Accepted(#"{"at":"a","event":"flushOk","time":-1.5e+3}"#, Event(at: "a", time: -1500, action: .flushOk)),
    Accepted(
      #"{"at":"a","event":"signal","time":1e999}"#,
      Event(at: "a", time: .greatestFiniteMagnitude, action: .signal)),
    Accepted(#"{"at":"a","event":"deliver","message":"m"}"#, Event(at: "a", action: .deliver(message: "m"))),
    Accepted(
      #"{"at":"a","event":"deliver","message":"m","service":7,"to":"","view":[]}"#,
      Event(at: "a", action: .deliver(message: "m"))),
    Accepted(
      #"{"at":"a","event":"deliver","time":4037.810382,"message":"n2:1","service":"agreed"}"#,
      Event(at: "a", time: 4037.810382, action: .deliver(message: "n2:1"))),
    Accepted(
      #"{"at":"a","event":"send","message":"m","service":"safe"}"#,
      Event(at: "a", action: .send(message: "m", service: .safe, to: nil))),
    Accepted(
      #"{"service":"fifo", "to":"b" ,"message":"m","event":"send","layer":"secure","at":"a"}"#,
      Event(at: "a", layer: .secure, action: .send(message: "m", service: .fifo, to: "b"))),
    Accepted(
      #"{"at":"a","event":"send","message":"m","service":"reliable","to":null}"#,
      Event(at: "a", action: .send(message: "m", service: .reliable, to: nil))),
    Accepted(
      #"{"at":"a","event":"view","view":7,"members":["a","b","a"]}"#,
      Event(at: "a", action: .view(ViewIdentifier(7), members: ["a", "b"], transitional: nil, key: nil))),
    Accepted(
      #"{"at":"a","event":"view","view":[-0, "x", 9223372036854775807] ,"members":[ ],"transitional":["b"],"key":"0aF"}"#,
      Event(
        at: "a",
        action: .view(
          ViewIdentifier([.integer(0), .string("x"), .integer(.max)])!, members: [], transitional: ["b"],
          key: Event.Key("0af")))),
    Accepted(
      #"{"at":"a","event":"view","view":-9223372036854775808,"members":["\u0061"],"transitional":null,"key":null}"#,
      Event(at: "a", action: .view(ViewIdentifier(.min), members: ["a"], transitional: nil, key: nil))),
    Accepted(#"{"at":"a","event":"start","session":"s"}"#, Event(at: "a", action: .start(session: "s"))),
    Accepted(
      #"{"at":"a","event":"finish","session":"s","key":"00"}"#,
      Event(at: "a", action: .finish(session: "s", key: Event.Key("00")!))),
    Accepted(
      #"{"at":"a","event":"propose","instance":"i","value":""}"#,
      Event(at: "a", action: .propose(instance: "i", value: ""))),
    Accepted(
      #"{"at":"a","event":"decide","instance":"i","value":"v"}"#,
      Event(at: "a", action: .decide(instance: "i", value: "v"))),
    // Names: long, with escapes, not ASCII, normalised in two ways.
    Accepted(
      #"{"at":"0123456789abcdefghijklmnopqrstuvwxyz","event":"deliver","message":"0123456789abcdefghijklmnopqrstuvwxyz"}"#,
      Event(
        at: "0123456789abcdefghijklmnopqrstuvwxyz",
        action: .deliver(message: "0123456789abcdefghijklmnopqrstuvwxyz"))),
    Accepted(
      #"{"at":"\"\\\/\b\f\n\r\t\u00e9\ud83d\uDE00\u0000","event":"deliver","message":"\u0001"}"#,
      Event(at: "\"\\/\u{8}\u{c}\n\r\t\u{e9}😀\u{0}", action: .deliver(message: "\u{1}"))),
    Accepted(
      "{\"at\":\"\u{e9}😀\u{7f}\",\"event\":\"deliver\",\"message\":\"\u{65}\u{301}\"}",
      Event(at: "\u{e9}😀\u{7f}", action: .deliver(message: "\u{65}\u{301}"))),
    Accepted(#"{"a\u0074":"a","\u0065vent":"s\u0069gnal"}"#, Event(at: "a", action: .signal)),
    // What nobody knows is ignored, to a depth of 16.
    Accepted(
      #"{"at":"a","x":[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]],"event":"signal","y":{"k":1,"l":{"k":[null,true,false,1.5e-7]}}}"#,
      Event(at: "a", action: .signal)),
    Accepted(" \t{ \"at\" : \"a\" ,\t\"event\":\"signal\" } \r", Event(at: "a", action: .signal)),
  ]

  @Test(arguments: lines) func isRead(_ line: Accepted) throws {
    #expect(try events(line.line) == [line.event])
    #expect(try events("\n \r\n" + line.line + "\n") == [line.event])
    #expect(try events(#"{"vstrace":1}"# + "\n" + line.line + "\n\n") == [line.event])
  }

  /// The writer's form is read as the same event.
  @Test(arguments: lines) func isWritten(_ line: Accepted) throws {
    #expect(try events(TraceWriter.line(for: line.event)) == [line.event])
  }
}
