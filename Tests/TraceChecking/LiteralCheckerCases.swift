import TraceChecking
import Traces

extension LiteralCheckerTests {
  private static let together = "a view 1 a,b : a\nb view 1 a,b : b\n"

  static let cases: [Case] = viewCases + messageCases + orderCases + safeCases + flushCases + exchangeCases

  private static let viewCases: [Case] = [
    Case(
      "self-inclusion", .violated, "who installs a view is in it", complete: nil,
      "a view 1 b"),
    Case("self-inclusion", .holds, "who installs a view is in it", complete: nil, "a view 1 a,b"),
    Case(
      "local-monotonicity", .violated,
      "one process installs views in the order of their identifiers, even after a crash",
      complete: nil, "a view 2 a\na crash\na recover\na view 2 a"),
    Case("local-monotonicity", .holds, "views grow", complete: nil, "a view 2 a\na view 3 a"),
    Case(
      "view-identity", .violated, "one identifier, one set of members", complete: nil,
      "a view 1 a,b\nb view 1 b"),
    Case(
      "transitional-set.a", .violated, "a process moves together with itself", complete: nil,
      "a view 1 a,b : b"),
    Case(
      "transitional-set.b", .violated, "only those that come from the same view move together", complete: nil,
      "a view 1 a : a\na view 3 a,b : a,b\nb view 2 b : b\nb view 3 a,b : b"),
    Case(
      "transitional-set.b", .violated, "in a first view nobody moves together with another", complete: nil,
      "a view 1 a,b : a,b\nb view 1 a,b : b"),
    Case(
      "transitional-set.c", .violated, "moving together is mutual", complete: nil,
      "a view 1 a,b : a\nb view 1 a,b : b\na view 2 a,b : a,b\nb view 2 a,b : b"),
    Case(
      "transitional-set", .notApplicable, "where no view has a transitional set, none is recorded",
      complete: nil, "a view 1 a,b\nb view 1 a,b"),
    Case(
      "transitional-signal", .violated, "between two views the signal is heard", complete: nil,
      "a view 1 a : a\na view 2 a : a"),
    Case(
      "transitional-signal", .violated, "the signal is heard once", complete: nil,
      "a view 1 a : a\na signal\na signal"),
    Case(
      "transitional-signal", .violated, "no signal before the first view", complete: nil,
      "a signal\na view 1 a : a"),
    Case(
      "transitional-signal", .holds, "who leaves need not hear it", complete: nil,
      "a view 1 a : a\na leave\na view 2 a : a"),
    Case(
      "virtual-synchrony", .violated, "who moves together has delivered the same", complete: nil,
      together + "a send m fifo\na deliver m\na view 2 a,b : a,b\nb view 2 a,b : a,b"),
    Case(
      "virtual-synchrony", .holds, "a unicast to one is not owed to the other", complete: nil,
      together + "a send m fifo to a\na deliver m\na view 2 a,b : a,b\nb view 2 a,b : a,b"),
    Case(
      "virtual-synchrony", .inconclusive, "a message whose send was not yet recorded may be a unicast",
      complete: false, together + "a deliver m\na view 2 a,b : a,b\nb view 2 a,b : a,b"),
    Case(
      "virtual-synchrony", .violated, "a message that nobody sent is not a unicast",
      together + "a deliver m\na view 2 a,b : a,b\nb view 2 a,b : a,b"),
    Case(
      "virtual-synchrony", .violated,
      "without transitional sets, who goes from the same view to the same view",
      complete: nil,
      "a view 1 a,b\nb view 1 a,b\na send m fifo\na deliver m\na view 2 a,b\nb view 2 a,b"),
    Case(
      "signal-synchrony", .violated,
      "who moves together has delivered the same agreed messages before the signal",
      complete: nil,
      together + """
        a send m agreed
        a deliver m
        a signal
        b signal
        b deliver m
        a view 2 a,b : a,b
        b view 2 a,b : a,b
        """),
  ]

  private static let messageCases: [Case] = [
    Case(
      "sending-view-delivery", .violated, "a message is delivered in the view in which it was sent",
      complete: nil, "a view 1 a\na send m fifo\na view 2 a\na deliver m"),
    Case("sending-view-delivery", .violated, "nothing is sent in no view", complete: nil, "a send m fifo"),
    Case(
      "sending-view-delivery", .holds, "the same view at another process", complete: nil,
      together + "a send m fifo\nb deliver m"),
    Case(
      "same-view-delivery", .violated, "a message is delivered in one view, wherever", complete: nil,
      profile: .evs,
      together + "a deliver m\nb view 2 b : b\nb deliver m"),
    Case("delivery-integrity", .violated, "what is delivered was sent", together + "a deliver m"),
    Case(
      "delivery-integrity", .inconclusive, "its send may stand in what was cut off", complete: false,
      together + "a deliver m"),
    Case(
      "delivery-integrity", .violated,
      "a delivery does not come before its own send, through whatever messages",
      complete: nil, together + "b deliver m\nb send n fifo\na deliver n\na send m fifo"),
    Case(
      "delivery-integrity", .violated, "a unicast is for its addressee", complete: nil,
      together + "a send m fifo to a\nb deliver m"),
    Case(
      "delivery-integrity", .holds, "in the extended model a message may arrive in a later view",
      complete: nil,
      profile: .evs, "a view 1 a\na send m fifo\na view 2 a\na deliver m"),
    Case(
      "no-duplication", .violated, "a message is delivered once", complete: nil,
      "a view 1 a\na send m fifo\na deliver m\na deliver m"),
    Case(
      "no-duplication", .violated, "a message is sent once", complete: nil,
      together + "a send m fifo\nb send m fifo"),
    Case(
      "no-duplication", .holds, "two histories of a process are not one", complete: nil,
      "a view 1 a\na deliver m\na crash\na recover\na deliver m"),
    Case("self-delivery", .violated, "the sender delivers its message", "a view 1 a\na send m fifo"),
    Case(
      "self-delivery", .violated, "the sender delivers it before the next view", complete: nil,
      "a view 1 a\na send m fifo\na view 2 a\na deliver m"),
    Case("self-delivery", .inconclusive, "it may still come", complete: false, "a view 1 a\na send m fifo"),
    Case(
      "self-delivery", .inconclusive, "an unseen crash would excuse it", without: [.crash],
      "a view 1 a\na send m fifo"),
    Case(
      "self-delivery", .holds, "in the extended model it may come later", complete: nil, profile: .evs,
      "a view 1 a\na send m fifo\na view 2 a\na deliver m"),
  ]

  private static let orderCases: [Case] = [
    Case(
      "fifo-delivery", .violated, "one sender's messages arrive in their order", complete: nil,
      together + "a send m fifo\na send n fifo\nb deliver n"),
    Case(
      "fifo-delivery", .holds, "one sender's messages arrive in their order", complete: nil,
      together + "a send m fifo\na send n fifo\nb deliver m\nb deliver n"),
    Case(
      "causal-delivery", .violated, "a message never overtakes what led to it, even through a reliable one",
      complete: nil,
      "a view 1 a,b,c : a\nb view 1 a,b,c : b\nc view 1 a,b,c : c\n"
        + "a send m causal\na send r reliable\nb deliver r\nb send n causal\nc deliver n"),
    Case(
      "causal-delivery", .holds,
      "not asked across views in the extended model where nobody delivers it there",
      complete: nil, profile: .evs,
      """
      a view 1 a,b : a
      b view 1 a,b : b
      a send o causal
      a send n causal
      a deliver o
      a deliver n
      a send m causal
      a view 2 a : a
      a send p causal
      a deliver m
      a deliver p
      b deliver o
      b deliver n
      """),
    Case(
      "agreed-delivery.a", .violated, "agreed order keeps causal order", complete: nil,
      together + "a send m agreed\na send n safe\nb deliver n"),
    Case(
      "agreed-delivery.b", .violated, "all deliver in one order", complete: nil,
      together + """
        a send m agreed
        b send n agreed
        a deliver m
        a deliver n
        b deliver n
        b deliver m
        """),
    Case(
      "agreed-delivery.b", .holds, "three that go round are still pairwise in order", complete: nil,
      """
      a view 1 a,b,c : a
      b view 1 a,b,c : b
      c view 1 a,b,c : c
      a send m agreed
      b send n agreed
      c send o agreed
      a deliver m
      a deliver n
      b deliver n
      b deliver o
      c deliver o
      c deliver m
      """),
    Case(
      "agreed-delivery.c", .violated, "before the signal there is no gap", complete: nil,
      together + "a send m agreed\nb send n agreed\na deliver m\na deliver n\nb deliver n"),
    Case(
      "agreed-delivery.c", .holds, "after the signal there may be one, if the sender stayed behind",
      complete: nil,
      together
        + "a send m agreed\nb send n agreed\na deliver m\na deliver n\nb signal\nb deliver n\nb view 2 b : b"),
    Case(
      "agreed-delivery.c", .violated, "but not if the sender comes along", complete: nil,
      together
        + "a send m agreed\nb send n agreed\na deliver m\na deliver n\nb signal\nb deliver n\nb view 2 a,b : a,b"
    ),
    Case(
      "agreed-delivery.c", .inconclusive, "who comes along is known only in the next view", complete: false,
      together + "a send m agreed\nb send n agreed\na deliver m\na deliver n\nb signal\nb deliver n"),
    Case(
      "agreed-delivery.c", .notApplicable, "without signals there is nothing to tell", complete: nil,
      without: [.signal], together + "a send m agreed\na deliver m\nb deliver m"),
  ]

  private static let safeCases: [Case] = [
    Case(
      "safe-delivery.b", .violated, "what one delivers as safe before the signal, all members deliver",
      together + "a send m safe\na deliver m"),
    Case(
      "safe-delivery.b", .violated, "all members, before they move on", complete: nil,
      together + "a send m safe\na deliver m\nb signal\nb view 2 b : b"),
    Case(
      "safe-delivery.b", .inconclusive, "they may still do so", complete: false,
      together + "a send m safe\na deliver m"),
    Case(
      "safe-delivery.b", .holds, "or crash", complete: nil, together + "a send m safe\na deliver m\nb crash"),
    Case(
      "safe-delivery.b", .violated, "a member that moved on without the view never will", complete: nil,
      "a view 1 a,b : a\na send m safe\na deliver m\nb view 2 b : b"),
    Case(
      "safe-delivery.b", .violated, "not even if it installs that view later on", complete: nil,
      "a view 1 a,b : a\na send m safe\na deliver m\nb view 2 b : b\nb view 1 a,b : b\nb deliver m"),
    Case(
      "safe-delivery.b", .holds, "a member that crashed before the view is excused", complete: nil,
      "a view 1 a,b : a\na send m safe\na deliver m\nb crash"),
    Case(
      "safe-delivery.b", .violated, "after the signal: those who move together, after their own signals",
      complete: nil,
      together + """
        a send m safe
        b deliver m
        b signal
        a signal
        a deliver m
        a view 2 a,b : a,b
        b view 2 a,b : a,b
        """),
    Case(
      "safe-delivery.b", .holds, "after the signal nothing is asked of those who stay behind", complete: nil,
      together + "a send m safe\na signal\na deliver m\na view 2 a : a\nb signal\nb view 3 b : b"),
    Case(
      "safe-delivery.a", .violated, "safe messages are agreed among themselves", complete: nil,
      together + "a send m safe\nb send n safe\na deliver m\na deliver n\nb deliver n\nb deliver m"),
  ]

  private static let flushCases: [Case] = [
    Case(
      "flush-acknowledgment.a", .violated, "a view changes only with everybody's permission", complete: nil,
      "a view 1 a\na request\na view 2 a"),
    Case(
      "flush-acknowledgment.a", .violated, "the last request is answered, too", complete: nil,
      "a view 1 a\na request\na ok\na request\na view 2 a"),
    Case(
      "flush-acknowledgment.a", .violated, "permission answers a request", complete: nil,
      "a view 1 a\na request\na ok\na ok"),
    Case(
      "flush-acknowledgment.a", .holds, "one answer for two requests", complete: nil,
      "a view 1 a\na request\na request\na ok\na view 2 a"),
    Case(
      "flush-acknowledgment.b", .violated, "who has no view is not asked", complete: nil,
      "a request\na ok\na view 1 a"),
    Case(
      "blocked-messages", .violated, "after the permission nothing is sent", complete: nil,
      "a view 1 a\na request\na ok\na send m fifo"),
    Case(
      "blocked-messages", .holds, "until the next view", complete: nil,
      "a view 1 a\na request\na ok\na view 2 a\na send m fifo"),
  ]

  private static let exchangeCases: [Case] = [
    Case(
      "key-agreement", .violated, "one secure view, one key", complete: nil, profile: .secure,
      "a/secure view 1 a,b : a key 01\nb/secure view 1 a,b : b key 02"),
    Case(
      "key-freshness", .violated, "another secure view, another key", complete: nil, profile: .secure,
      "a/secure view 1 a : a key 01\na/secure view 2 a : a key 01"),
    Case(
      "gke-agreement", .violated, "one session, one key", complete: nil, profile: .gke,
      "a start s\nb start s\na finish s 01\nb finish s 02"),
    Case(
      "gke-freshness", .violated, "another session, another key", complete: nil, profile: .gke,
      "a start s\na finish s 01\na start t\na finish t 01"),
    Case(
      "gke-integrity", .violated, "who finishes has started", complete: nil, profile: .gke, "a finish s 01"),
    Case(
      "gke-integrity", .violated, "in the same life", complete: nil, profile: .gke,
      "a start s\na crash\na recover\na finish s 01"),
    Case(
      "gke-termination", .violated, "what all who stay up start, they finish", profile: .gke,
      "a start s\nb start s\nc crash\na finish s 01"),
    Case(
      "gke-termination", .inconclusive, "in time", complete: false, profile: .gke,
      "a start s\nb start s\nc crash\na finish s 01"),
    Case(
      "consensus-agreement", .violated, "one decision", complete: nil, profile: .gke,
      "a propose i x\nb propose i y\na decide i x\nb decide i y"),
    Case(
      "consensus-validity", .violated, "only what somebody proposed", profile: .gke,
      "a propose i x\na decide i y"),
    Case(
      "consensus-validity", .inconclusive, "somebody may have", complete: false, profile: .gke,
      "a propose i x\na decide i y"),
    Case(
      "consensus-integrity", .violated, "one decides once", complete: nil, profile: .gke,
      "a propose i x\na decide i x\na decide i x"),
    Case(
      "consensus-termination", .violated, "what all propose is decided", profile: .gke,
      "a propose i x\nb propose i x\na decide i x"),
  ]
}
