/// Small traces for the tests of the command line.
enum SmallTraces {
  static let holds = """
    {"vstrace":1,"complete":true,"group":"lecture"}
    {"at":"a","event":"view","view":1,"members":["a","b"],"transitional":["a"]}
    {"at":"b","event":"view","view":1,"members":["a","b"],"transitional":["b"]}
    {"at":"a","event":"send","message":"a1","service":"agreed"}
    {"at":"a","event":"deliver","message":"a1"}
    {"at":"b","event":"deliver","message":"a1"}

    """

  /// `a` installs a view without itself.
  static let violated = """
    {"vstrace":1,"complete":true}
    {"at":"a","event":"view","view":1,"members":["b"],"transitional":["a"]}

    """

  /// `a` has not delivered its own message yet.
  static let inconclusive = """
    {"at":"a","event":"view","view":1,"members":["a"],"transitional":["a"]}
    {"at":"a","event":"send","message":"a1","service":"reliable"}

    """

  static let malformed = """
    {"vstrace":1}
    {"at":"a","event":"vieuw"}

    """

  /// `a` and `b` deliver two agreed messages in different orders.
  static let disagreed = """
    {"vstrace":1,"complete":true}
    {"at":"a","event":"view","view":1,"members":["a","b"],"transitional":["a"]}
    {"at":"b","event":"view","view":1,"members":["a","b"],"transitional":["b"]}
    {"at":"a","event":"send","message":"a1","service":"agreed"}
    {"at":"b","event":"send","message":"b1","service":"agreed"}
    {"at":"a","event":"deliver","message":"a1"}
    {"at":"a","event":"deliver","message":"b1"}
    {"at":"b","event":"deliver","message":"b1"}
    {"at":"b","event":"deliver","message":"a1"}

    """
}
