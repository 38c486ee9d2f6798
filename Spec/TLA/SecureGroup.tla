---------------------------- MODULE SecureGroup ----------------------------
(***************************************************************************)
(* A small group that runs the robust key agreement over the Virtual       *)
(* Synchrony service, with applications above that give flush oks at any   *)
(* time and send a few messages, and an adversary who has a budget of      *)
(* re-partitions, false suspicions, crashes and recoveries.  The same as   *)
(* Sources/Models/Robust.                                                  *)
(***************************************************************************)
EXTENDS RobustOptimized

CONSTANTS Budget,     \* of the adversary
          HasCrashes, \* whether it may crash processes
          Messages,   \* of the messages that applications send, in this order: which services each may have
          Watched     \* whether what applications saw is kept, and judged

\* Values for Messages.
NoMessage == <<>>
OneFifo == <<{Fifo}>>
OneAgreed == <<{Agreed}>>
OneOfAny == <<{Fifo, Causal, Agreed, Safe}>>

VARIABLES gcs, members, budget, sends, seen
vars == <<gcs, members, budget, sends, seen>>

\* Its machine; whether its application owes a flush ok; whether it is in a secure view and has not given its flush ok.
Member(p) == [machine |-> Machine(p), owes |-> FALSE, maySend |-> FALSE]

\* What an application saw since its last secure view, 0 before the first.
NoStay == [id |-> 0, signalled |-> FALSE, asked |-> FALSE, flushed |-> FALSE]
\* What all saw: where each is; the secure views with their keys, and how each process came into them; what the last
\* step broke.
NothingSeen == [stays |-> [p \in Processes |-> NoStay], views |-> [id \in {} |-> 0], broken |-> {}]

Init ==
  /\ gcs = Service(Processes)
  /\ members = [p \in Processes |-> Member(p)]
  /\ budget = Budget /\ sends = 0 /\ seen = NothingSeen

-----------------------------------------------------------------------------
(* What is claimed, as it happens to applications. *)

Break(s, claims) == IF Watched THEN [s EXCEPT !.broken = @ \union claims] ELSE s
ClaimIf(violated, claim) == IF violated THEN {claim} ELSE {}

SeesView(w, p, view) ==
  LET s == w.seen
      stay == s.stays[p]
      others == IF view.id \in DOMAIN s.views THEN s.views[view.id].by ELSE <<>>
      meets == {q \in DOMAIN others \ {p} : q \in view.transitional \/ p \in others[q].transitional}
      broken ==
        ClaimIf(p \notin view.members, "Theorem 1.1")
        \union ClaimIf(view.id <= stay.id, "Theorem 1.2")
        \union ClaimIf(p \notin view.transitional, "Theorem 1.7")
        \union ClaimIf(\E q \in meets : others[q].previous # stay.id \/ stay.id = 0, "Theorem 1.8")
        \union ClaimIf(\E q \in meets : others[q].transitional # view.transitional, "Theorem 1.9")
        \union ClaimIf(stay.id # 0 /\ ~stay.signalled, "Theorem 1.15")
        \union ClaimIf(stay.id # 0 /\ ~(stay.asked /\ stay.flushed), "Lemma 1.2")
        \union ClaimIf(view.id # w.gcs.view[p].id \/ view.members # w.gcs.view[p].members, "Lemma 1.5")
        \union ClaimIf(view.id \in DOMAIN s.views /\ s.views[view.id].key # view.key, "Key agreement")
        \union ClaimIf(\E id \in DOMAIN s.views \ {view.id} : s.views[id].key = view.key, "Key freshness")
      came == [transitional |-> view.transitional, previous |-> stay.id]
      by == [q \in DOMAIN others \union {p} |-> IF q = p THEN came ELSE others[q]]
  IN IF ~Watched THEN s
     ELSE Break([s EXCEPT !.stays[p] = [NoStay EXCEPT !.id = view.id],
                          !.views = [id \in DOMAIN @ \union {view.id} |->
                            IF id = view.id THEN [key |-> view.key, by |-> by] ELSE @[id]]],
                broken)

SeesSignal(s, p) ==
  IF ~Watched THEN s
  ELSE Break([s EXCEPT !.stays[p].signalled = s.stays[p].id # 0],
             ClaimIf(s.stays[p].id = 0 \/ s.stays[p].signalled, "Theorem 1.15")
             \union ClaimIf(s.stays[p].id = 0, "Lemma 1.2"))

SeesFlushRequest(s, p) ==
  IF ~Watched THEN s
  ELSE Break([s EXCEPT !.stays[p].asked = s.stays[p].id # 0], ClaimIf(s.stays[p].id = 0, "Lemma 1.2"))

GivesFlushOk(s, p) ==
  IF ~Watched THEN s
  ELSE Break([s EXCEPT !.stays[p].flushed = s.stays[p].asked], ClaimIf(~s.stays[p].asked, "Lemma 1.2"))

\* Whoever sends is in the secure view that is its VS view, and so was whoever sent this.
SeesMessage(w, p) ==
  LET id == w.seen.stays[p].id
  IN Break(w.seen, ClaimIf(id # Current(w.gcs, p), "Theorem 1.3") \union ClaimIf(id = 0, "Lemma 1.2"))

-----------------------------------------------------------------------------
(* A step: the service changes, a machine has an event, and all that it asks for is done before anything else can     *)
(* happen.  A world w has the variables that change in this.                                                          *)

World(S) == [gcs |-> S, members |-> members, seen |-> [seen EXCEPT !.broken = {}]]

RECURSIVE Give(_, _, _)
RECURSIVE Acts(_, _, _)

AnswerFlush(w, p) ==
  Give([w EXCEPT !.members[p].owes = FALSE, !.members[p].maySend = FALSE, !.seen = GivesFlushOk(@, p)],
       p, [kind |-> "Secure Flush Ok"])

Act(w, p, a) ==
  CASE a.do = "View" ->
         [w EXCEPT !.members[p].maySend = TRUE, !.members[p].owes = FALSE, !.seen = SeesView(w, p, a.view)]
    [] a.do = "Signal" -> [w EXCEPT !.seen = SeesSignal(@, p)]
    [] a.do = "Flush Request" ->
         LET asked == [w EXCEPT !.members[p].owes = TRUE, !.seen = SeesFlushRequest(@, p)]
         IN IF a.atOnce THEN AnswerFlush(asked, p) ELSE asked
    [] a.do = "Data Message" -> [w EXCEPT !.seen = SeesMessage(w, p)]
    [] a.do = "Refuse" -> w
    [] a.do = "Flush Ok" ->
         IF CanFlushOk(w.gcs, p) THEN [w EXCEPT !.gcs = FlushOk(@, p)]
         ELSE [w EXCEPT !.seen = Break(@, {"Not possible"})]
    [] a.do = "Send" -> [w EXCEPT !.gcs = Send(@, p, a.service, a.to, a.message)]

Acts(w, p, out) == IF out = <<>> THEN w ELSE Acts(Act(w, p, Head(out)), p, Tail(out))

Give(w, p, event) ==
  LET reaction == Handle(w.members[p].machine, event)
  IN IF ~reaction.possible THEN [w EXCEPT !.seen = Break(@, {"Not possible"})]
     ELSE Acts([w EXCEPT !.members[p].machine = reaction.m], p, reaction.out)

Becomes(w) == gcs' = w.gcs /\ members' = w.members /\ seen' = w.seen

-----------------------------------------------------------------------------
(* What may happen. *)

RequestsFlush ==
  \E p \in {p \in Processes : CanRequestFlush(gcs, p)} :
    Becomes(Give(World(RequestFlush(gcs, p)), p, [kind |-> "Flush Request"]))

Signals ==
  \E p \in {p \in Processes : CanSignal(gcs, p)} :
    Becomes(Give(World(Signal(gcs, p)), p, [kind |-> "Transitional Signal"]))

Delivers ==
  \E p \in Processes : \E s \in Deliverable(gcs, p) :
    Becomes(Give(World(Deliver(gcs, p, s)), p, NextFrom(gcs, p, s).says))

Agrees ==
  \E C \in {C \in {Component(gcs, p) : p \in Processes} : CanAgree(gcs, C)} :
    \E a \in Agreements(gcs, C) : Becomes(World(AgreeOn(gcs, C, a)))

Installs ==
  \E p \in {p \in Processes : CanInstall(gcs, p)} :
    Becomes(Give([World(Install(gcs, p)) EXCEPT !.members[p].machine.drawn = 0], p,
                 [kind |-> "Membership", view |-> gcs.target[p]]))

Answers == \E p \in {p \in Processes : members[p].owes} : Becomes(AnswerFlush(World(gcs), p))

Sends ==
  /\ sends < Len(Messages)
  /\ \E p \in {p \in Processes : members[p].maySend} : \E service \in Messages[sends + 1] :
       Becomes(Give(World(gcs), p, [kind |-> "User Message",
         message |-> [kind |-> "Data Message", from |-> p, number |-> sends, service |-> service]]))
  /\ sends' = sends + 1 /\ UNCHANGED budget

Fate ==
  /\ budget > 0
  /\ \/ \E S \in Repartitions(gcs) \union Glitches(gcs) \union {Start(gcs, p) : p \in gcs.crashed} : Becomes(World(S))
     \/ /\ HasCrashes
        /\ \E p \in gcs.joined :
             Becomes([World(Crash(gcs, p)) EXCEPT !.members[p] = Member(p), !.seen.stays[p] = NoStay])
  /\ budget' = budget - 1 /\ UNCHANGED sends

Next ==
  \/ (RequestsFlush \/ Signals \/ Delivers \/ Agrees \/ Installs \/ Answers) /\ UNCHANGED <<budget, sends>>
  \/ Sends
  \/ Fate

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(* What is claimed, by the paper's numbers. *)

Keeps(claim) == claim \notin seen.broken

KeyAgreement == Keeps("Key agreement")
KeyFreshness == Keeps("Key freshness")
Lemma1_2 == Keeps("Lemma 1.2")        \* a flush before each view but the first, and nothing before that
Lemma1_5 == Keeps("Lemma 1.5")        \* a secure view is the latest VS view
Theorem1_1 == Keeps("Theorem 1.1")    \* self inclusion
Theorem1_2 == Keeps("Theorem 1.2")    \* local monotonicity
Theorem1_3 == Keeps("Theorem 1.3")    \* sending view delivery
Theorem1_7 == Keeps("Theorem 1.7")    \* transitional set: oneself
Theorem1_8 == Keeps("Theorem 1.8")    \* transitional set: the same previous view
Theorem1_9 == Keeps("Theorem 1.9")    \* transitional set: symmetry
Theorem1_15 == Keeps("Theorem 1.15")  \* transitional signal
NothingImpossible == Keeps("Not possible")

\* Not a theorem of the paper: whoever is alive comes to SECURE when the network is left alone.
NoDeadEnd ==
  (\A p \in gcs.joined : members[p].machine.state = "S")
  \/ \E p \in Processes : \/ CanRequestFlush(gcs, p) \/ CanSignal(gcs, p) \/ CanInstall(gcs, p) \/ members[p].owes
                          \/ Deliverable(gcs, p) # {} \/ CanAgree(gcs, Component(gcs, p))
=============================================================================
