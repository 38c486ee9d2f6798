-------------------------- MODULE VirtualSynchrony --------------------------
(***************************************************************************)
(* The Virtual Synchrony service of Amir et al., Section III-A, with the   *)
(* two additions of their Appendix I: what the properties allow can        *)
(* happen, but for what Spec/Service.md names, and nothing else.  The same *)
(* as Sources/GroupCommunication, but for reliable messages, which no      *)
(* algorithm sends.                                                        *)
(*                                                                         *)
(* The module has no variables: it says which states of the service there  *)
(* are and what each event makes of one.  Whoever extends it plays the     *)
(* processes, the network and fate.                                        *)
(*                                                                         *)
(* The life of a view: once the members of a component need another one,   *)
(* each is given a flush request and the transitional signal, at any       *)
(* moment and in either order.  When all have had both and have answered   *)
(* the request, the next view can be agreed on: any partition of the       *)
(* component into classes that can move together, each with any set of     *)
(* messages that all of it can deliver.  The members deliver what is due   *)
(* and install the view one by one.  Until one does, yet another view can  *)
(* be agreed on that it goes to instead.                                   *)
(*                                                                         *)
(* Messages have the name (view, sender, number).  As the messages of one  *)
(* sender are delivered in the order of their sends without a gap, sets of *)
(* messages that hold whatever must be delivered before something in them  *)
(* are bounds: functions that say up to which number they have the         *)
(* messages of each sender.                                                *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets

CONSTANT N                         \* how many processes
Processes == 1..N

Fifo == 1  Causal == 2  Agreed == 3  Safe == 4
Everyone == 0                      \* the addressee of a broadcast
Never == 1000                      \* a bound that no number reaches

Max(a, b) == IF a < b THEN b ELSE a
Min(a, b) == IF a < b THEN a ELSE b
Greatest(S) == IF S = {} THEN 0 ELSE CHOOSE x \in S : \A y \in S : y <= x
Least(S, none) == IF S = {} THEN none ELSE CHOOSE x \in S : \A y \in S : x <= y

Nothing == [p \in Processes |-> 0]
Join(b, c) == [p \in Processes |-> Max(b[p], c[p])]

RECURSIVE Partitions(_)
Partitions(S) ==
  IF S = {} THEN {{}}
  ELSE LET x == CHOOSE x \in S : TRUE
       IN UNION {{{T \union {x}} \union P : P \in Partitions(S \ (T \union {x}))} : T \in SUBSET (S \ {x})}

-----------------------------------------------------------------------------
(* What the state is made of. *)

NoView == [id |-> 0, members |-> {}, transitional |-> {}, leaving |-> {}]

\* A message under way.  `past`: what happened before its send; `position`: where it stands in the total order of its
\* view, 0 if nowhere yet; `says`: what the service does not look at.
Letter(service, to, past, says) ==
  [service |-> service, to |-> to, past |-> past, position |-> 0, says |-> says]
\* A message that everybody who could deliver it has delivered, or never will.
Forgotten == [service |-> 0]

Addresses(letter, p) == letter.to \in {Everyone, p}
IsBroadcast(letter) == letter.to = Everyone
IsCausal(letter) == letter.service >= Causal
\* Only what two processes deliver can be delivered in two orders: a unicast stands outside the total order.
IsInTotalOrder(letter) == letter.service >= Agreed /\ IsBroadcast(letter)
IsSafe(letter) == letter.service = Safe /\ IsBroadcast(letter)

\* What a member has to do with the messages of one sender.  `done`: which it has delivered; `past`: which happened
\* before what it would send; `owed`: which it has promised to deliver; `passed`: beyond these it passed over one, and
\* delivers no more; `earlySafe`: the last safe one that it delivered before its signal; `due`: what the agreement has
\* it deliver.
Inbox(done) == [done |-> done, past |-> 0, owed |-> 0, passed |-> Never, earlySafe |-> 0, due |-> 0]

\* `agreed`: its next view is; `position`: what of the total order it has delivered, or passed over.
Membership(inbox) ==
  [asked |-> FALSE, flushed |-> FALSE, signalled |-> FALSE, agreed |-> FALSE, position |-> 0, inbox |-> inbox]
NoMembership == Membership(<<>>)

\* A view that somebody is in, or is to install.  `awaited`: members that have neither installed it, nor a later view,
\* nor departed; `gone`: who was in it and has installed its next view; `short`: a member installed a later view instead.
OpenView(members) ==
  [members |-> members, installing |-> members, awaited |-> members, present |-> {}, gone |-> {}, short |-> FALSE,
   of |-> [p \in Processes |-> NoMembership], sent |-> [p \in Processes |-> <<>>], order |-> <<>>]

\* The service at its start: all are connected, some have joined.
Service(joined) ==
  [connected |-> [p \in Processes |-> Processes], joined |-> joined, crashed |-> {}, suspicious |-> {},
   view |-> [p \in Processes |-> NoView], target |-> [p \in Processes |-> NoView],
   open |-> [id \in {} |-> OpenView({})], last |-> 0]

-----------------------------------------------------------------------------
(* What a member of a view can still deliver, and what it must. *)

\* The last message of a sender up to a bound, to p and of a kind, that p has not delivered.
Last(v, p, s, bound, Kind(_)) ==
  Greatest({i \in (v.of[p].inbox[s].done + 1)..bound : Addresses(v.sent[s][i], p) /\ Kind(v.sent[s][i])})

\* The past of what p has not delivered below bounds.
PastOf(v, p, bounds) ==
  LET last == [s \in Processes |-> Last(v, p, s, bounds[s], IsCausal)]
  IN [q \in Processes |-> Greatest({v.sent[s][last[s]].past[q] : s \in {s \in Processes : last[s] > 0}})]

\* The least bounds that hold these and whatever p must deliver before something in them; none where it has passed over
\* some of that.
Closed(v, p, bounds) ==
  LET passed(s) == v.of[p].inbox[s].passed
      past == PastOf(v, p, bounds)
  IN IF \E s \in Processes : bounds[s] > passed(s) THEN {}
     ELSE IF \E s \in Processes : past[s] > bounds[s] /\ past[s] > passed(s) THEN {}
     ELSE {[s \in Processes |->
              IF past[s] > bounds[s] THEN Max(bounds[s], Last(v, p, s, past[s], IsCausal)) ELSE bounds[s]]}

Done(v, p) == [s \in Processes |-> v.of[p].inbox[s].done]

\* What p has delivered, and a message with all that it must deliver before it.
Before(v, p, s, number) == Closed(v, p, [Done(v, p) EXCEPT ![s] = Max(@, number)])

Owe(v, p, bounds) ==
  [v EXCEPT !.of[p].inbox = [s \in Processes |->
    IF bounds[s] > @[s].done THEN [@[s] EXCEPT !.owed = Max(@, bounds[s])] ELSE @[s]]]

OwesNothing(v, p) == \A s \in Processes : LET i == v.of[p].inbox[s] IN Max(i.owed, i.due) <= i.done

-----------------------------------------------------------------------------
(* Delivering. *)

\* As long as it may send, a member hears nothing that happened after a message that it has passed over: it could not
\* deliver its own next message.
IsOpen(v, p, letter) ==
  v.of[p].flushed \/ \A s \in Processes : letter.past[s] <= v.of[p].inbox[s].passed

Lacks(v, p, past) ==
  \E s \in Processes :
    LET i == v.of[p].inbox[s]
    IN /\ i.done < past[s]
       /\ \/ i.passed < past[s]
          \/ \E n \in (i.done + 1)..past[s] : Addresses(v.sent[s][n], p) /\ IsCausal(v.sent[s][n])

\* Whether every member has delivered a safe broadcast, or can promise to, or is excused.
IsStable(v, p, s, number) ==
  /\ ~v.short /\ v.awaited = {}
  /\ \A q \in (v.present \union v.gone) \ {p} :
       LET i == v.of[q].inbox[s]
       IN \/ number <= i.done
          \/ /\ q \notin v.gone
             /\ v.of[q].agreed => number <= i.due
             /\ Before(v, q, s, number) # {}

CanPass(v, p, place) ==
  LET i == v.of[p].inbox[place[1]] IN place[2] > i.owed /\ place[2] > i.due /\ place[2] > i.past

Place(v, letter) == IF letter.position = 0 THEN Len(v.order) + 1 ELSE letter.position

\* The next message of s, if p can deliver it now.
CanDeliver(v, p, s) ==
  LET m == v.of[p]
      n == m.inbox[s].done + 1
      letter == v.sent[s][n]
  IN /\ n <= Len(v.sent[s]) /\ n <= m.inbox[s].passed
     /\ m.agreed /\ IsBroadcast(letter) => n <= m.inbox[s].due
     /\ IsOpen(v, p, letter)
     /\ ~(IsCausal(letter) /\ Lacks(v, p, letter.past))
     /\ IF ~IsInTotalOrder(letter) THEN TRUE
        ELSE IF m.signalled THEN \A k \in (m.position + 1)..(Place(v, letter) - 1) : CanPass(v, p, v.order[k])
        ELSE Place(v, letter) = m.position + 1 /\ (letter.service < Safe \/ IsStable(v, p, s, n))

\* How many messages of s are delivered once number is: what follows is for others.
Through(v, p, s, number) ==
  Least({n \in number..Len(v.sent[s]) : n = Len(v.sent[s]) \/ Addresses(v.sent[s][n + 1], p)}, number)

\* Forgets the messages of some senders, and what stands first in the total order, that nobody needs.
Forget(v, senders) ==
  IF v.installing # {} THEN v
  ELSE LET until(s) == Least({v.of[p].inbox[s].done :
                               p \in {p \in v.present : v.of[p].inbox[s].done < v.of[p].inbox[s].passed}},
                             Len(v.sent[s]))
           first == Least({v.of[p].position : p \in v.present}, Len(v.order))
       IN [v EXCEPT
            !.sent = [s \in Processes |->
              IF s \in senders THEN [n \in DOMAIN @[s] |-> IF n <= until(s) THEN Forgotten ELSE @[s][n]] ELSE @[s]],
            !.order = IF senders = {} THEN @ ELSE [k \in DOMAIN @ |-> IF k <= first THEN <<>> ELSE @[k]]]

RECURSIVE OweAll(_, _, _, _)
OweAll(v, P, s, number) ==
  IF P = {} THEN v
  ELSE LET q == CHOOSE q \in P : TRUE
       IN OweAll(Owe(v, q, CHOOSE b \in Before(v, q, s, number) : TRUE), P \ {q}, s, number)

\* What the delivery of a message of the total order does to others, and to what stands before it.
TakePlace(v, p, s, number) ==
  LET letter == v.sent[s][number]
      position == Place(v, letter)
      ordered == IF letter.position > 0 THEN v
                 ELSE [v EXCEPT !.order = Append(@, <<s, number>>), !.sent[s][number].position = position]
      over(q) == {v.order[k][2] - 1 : k \in {k \in (v.of[p].position + 1)..(position - 1) : v.order[k][1] = q}}
      placed == [ordered EXCEPT
        !.of[p].inbox = [q \in Processes |-> [@[q] EXCEPT !.passed = Min(@, Least(over(q), Never))]],
        !.of[p].position = position]
  IN IF letter.service < Safe \/ v.of[p].signalled THEN placed
     ELSE OweAll([placed EXCEPT !.of[p].inbox[s].earlySafe = number], v.present \ {p}, s, number)

Delivered(v, p, s) ==
  LET number == v.of[p].inbox[s].done + 1
      letter == v.sent[s][number]
      placed == IF IsInTotalOrder(letter) THEN TakePlace(v, p, s, number) ELSE v
      done == Through(v, p, s, number)
      past == Join(letter.past, [Nothing EXCEPT ![s] = number])
  IN Forget([placed EXCEPT !.of[p].inbox = [q \in Processes |->
              [@[q] EXCEPT
                !.done = IF q = s THEN done ELSE @,
                !.owed = IF q = s /\ @ <= done THEN 0 ELSE @,
                !.past = IF v.of[p].flushed THEN @ ELSE Max(@, past[q])]]],
            {s})

-----------------------------------------------------------------------------
(* Who needs another view. *)

Component(S, p) == S.connected[p] \intersect S.joined
Current(S, p) == S.view[p].id
IsIn(S, p) == Current(S, p) # 0
MemberOf(S, p) == S.open[Current(S, p)].of[p]
Awaits(S, p) == IF S.target[p] = NoView THEN S.view[p] ELSE S.target[p]

NeedsView(S, C) ==
  \E p \in C :
    \/ Awaits(S, p).members # C
    \/ p \in S.suspicious
    \/ \E q \in C : Awaits(S, p).id # Awaits(S, q).id
    \/ S.target[p] = NoView /\ (MemberOf(S, p).signalled \/ MemberOf(S, p).asked)

IsPending(S, p) == p \in S.joined /\ NeedsView(S, Component(S, p))

CanRequestFlush(S, p) == IsIn(S, p) /\ ~MemberOf(S, p).asked /\ IsPending(S, p)
CanSignal(S, p) == IsIn(S, p) /\ ~MemberOf(S, p).signalled /\ IsPending(S, p)
CanSend(S, p) == IsIn(S, p) /\ ~MemberOf(S, p).flushed
CanFlushOk(S, p) == IsIn(S, p) /\ MemberOf(S, p).asked /\ ~MemberOf(S, p).flushed
Deliverable(S, p) == IF IsIn(S, p) THEN {s \in Processes : CanDeliver(S.open[Current(S, p)], p, s)} ELSE {}
CanInstall(S, p) == S.target[p] # NoView /\ (IsIn(S, p) => OwesNothing(S.open[Current(S, p)], p))
CanAgree(S, C) ==
  /\ C # {} /\ \A p \in C : Component(S, p) = C
  /\ \A p \in C : IsIn(S, p) => MemberOf(S, p).signalled /\ MemberOf(S, p).flushed
  /\ NeedsView(S, C)

-----------------------------------------------------------------------------
(* What members that move together deliver. *)

\* What p of a class must have delivered for the class to have delivered some bounds; none where it cannot.
DueOf(v, p, bounds) ==
  IF \E s \in Processes : bounds[s] > v.of[p].inbox[s].passed THEN {}
  ELSE Closed(v, p, [s \in Processes |->
         LET i == v.of[p].inbox[s] IN Max(Max(i.done, i.owed), Last(v, p, s, bounds[s], IsBroadcast))])

\* The least that a class must have delivered, with all that one of it has delivered or owes, and all that must be
\* delivered before something in it; none where one of them has passed over some of that.
RECURSIVE Together(_, _, _)
Together(v, C, bounds) ==
  IF \E p \in C : DueOf(v, p, bounds) = {} THEN {}
  ELSE LET more == [s \in Processes |->
             Greatest({bounds[s]} \union UNION {{d[s] : d \in DueOf(v, p, bounds)} : p \in C})]
       IN IF more = bounds THEN {bounds} ELSE Together(v, C, more)

\* Those of one class have delivered the same safe messages before their signals.
AreAlike(v, C) == \A p, q \in C : \A s \in Processes : v.of[p].inbox[s].earlySafe = v.of[q].inbox[s].earlySafe

\* All that a class can have delivered.
RECURSIVE Extended(_, _, _)
Extended(v, C, B) ==
  LET more == UNION {UNION {UNION {Together(v, C, [b EXCEPT ![s] = n]) :
                      n \in {n \in (b[s] + 1)..Len(v.sent[s]) : v.sent[s][n] # Forgotten /\ IsBroadcast(v.sent[s][n])}} :
                        s \in Processes} : b \in B}
  IN IF more \subseteq B THEN B ELSE Extended(v, C, B \union more)

Choices(S, C) ==
  LET p == CHOOSE p \in C : TRUE
      v == S.open[Current(S, p)]
  IN IF \E q \in C : Current(S, q) # Current(S, p) THEN {}
     ELSE IF ~IsIn(S, p) THEN (IF Cardinality(C) = 1 THEN {Nothing} ELSE {})
     ELSE IF AreAlike(v, C) THEN Extended(v, C, Together(v, C, Nothing)) ELSE {}

\* Agreements of a component: how it is parted into classes, and up to where each class delivers.
Agreements(S, C) ==
  UNION {LET choices == [T \in P |-> Choices(S, T)]
         IN {a \in [P -> UNION {choices[T] : T \in P}] : \A T \in P : a[T] \in choices[T]} : P \in Partitions(C)}

\* p is agreed to go on with its class.
Agree(v, p, bounds) ==
  LET due == CHOOSE d \in DueOf(v, p, bounds) : TRUE
      agreed == [v EXCEPT !.of[p].agreed = TRUE,
                          !.of[p].inbox = [s \in Processes |->
                            [@[s] EXCEPT !.due = IF due[s] > v.of[p].inbox[s].done THEN due[s] ELSE 0]]]
      \* Whoever goes on with it in the transitional set counts on it for these, wherever it goes itself.
      safe == [s \in Processes |-> Max(v.of[p].inbox[s].done, Last(v, p, s, due[s], IsSafe))]
  IN Owe(agreed, p, CHOOSE b \in Closed(v, p, safe) : TRUE)

RECURSIVE AgreeAll(_, _, _)
AgreeAll(S, P, bounds) ==
  IF P = {} THEN S
  ELSE LET p == CHOOSE p \in P : TRUE
       IN AgreeAll(IF IsIn(S, p) THEN [S EXCEPT !.open[Current(S, p)] = Agree(@, p, bounds[p])] ELSE S,
                   P \ {p}, bounds)

-----------------------------------------------------------------------------
(* What happens.  Each operator gives the state after an event that can happen in S. *)

\* Forgets the views that nobody is in or is to install.
Close(S) ==
  LET needed == {id \in DOMAIN S.open : S.open[id].present # {} \/ S.open[id].installing # {}}
  IN [S EXCEPT !.open = [id \in needed |-> S.open[id]]]

RequestFlush(S, p) == [S EXCEPT !.open[Current(S, p)].of[p].asked = TRUE]
Signal(S, p) == [S EXCEPT !.open[Current(S, p)].of[p].signalled = TRUE]
FlushOk(S, p) ==
  [S EXCEPT !.open[Current(S, p)].of[p].flushed = TRUE,
            !.open[Current(S, p)].of[p].inbox = [s \in Processes |-> [@[s] EXCEPT !.past = 0]]]

\* The message that p delivers next from s, and the state after that.
NextFrom(S, p, s) == LET v == S.open[Current(S, p)] IN v.sent[s][v.of[p].inbox[s].done + 1]
Deliver(S, p, s) == [S EXCEPT !.open[Current(S, p)] = Delivered(@, p, s)]

Send(S, p, service, to, says) ==
  LET v == S.open[Current(S, p)]
      letter == Letter(service, to, [s \in Processes |-> v.of[p].inbox[s].past], says)
      number == Len(v.sent[p]) + 1
      skips(q) == q \in v.present /\ ~Addresses(letter, q) /\ v.of[q].inbox[p].done = number - 1
      sent == [v EXCEPT
        !.sent[p] = Append(@, letter),
        !.of = [q \in Processes |-> IF skips(q) THEN [@[q] EXCEPT !.inbox[p].done = number] ELSE @[q]]]
      mine == [sent EXCEPT !.of[p].inbox[p].past = number]
      owed == IF Addresses(letter, p) THEN Owe(mine, p, CHOOSE b \in Before(mine, p, p, number) : TRUE) ELSE mine
  IN [S EXCEPT !.open[Current(S, p)] = Forget(owed, {p})]

AgreeOn(S, C, agreement) ==
  LET class(p) == CHOOSE T \in DOMAIN agreement : p \in T
      id == S.last + 1
      agreed == AgreeAll(S, C, [p \in C |-> agreement[class(p)]])
      diverted(v, o) ==
        IF \E p \in C : S.target[p].id = o
        THEN Forget([v EXCEPT !.installing = @ \ {p \in C : S.target[p].id = o}], Processes) ELSE v
  IN Close([agreed EXCEPT
       !.suspicious = @ \ C,
       !.target = [p \in Processes |->
         IF p \notin C THEN @[p]
         ELSE [id |-> id, members |-> C, transitional |-> class(p), leaving |-> S.view[p].members \ class(p)]],
       !.open = [o \in DOMAIN @ \union {id} |-> IF o = id THEN OpenView(C) ELSE diverted(@[o], o)],
       !.last = id])

\* p installs a later view.
LeftBehind(v, p) ==
  LET missed == [v EXCEPT !.short = @ \/ p \in v.awaited, !.awaited = @ \ {p}]
  IN IF p \notin v.present THEN missed
     ELSE Forget([missed EXCEPT !.present = @ \ {p}, !.gone = @ \union {p},
                    !.of[p] = Membership([s \in Processes |-> Inbox(@.inbox[s].done)])], Processes)

Installed(v, p) ==
  Forget([v EXCEPT !.installing = @ \ {p}, !.awaited = @ \ {p}, !.present = @ \union {p},
            !.of[p] = Membership([s \in Processes |-> Inbox(Through(v, p, s, 0))])], Processes)

Install(S, p) ==
  Close([S EXCEPT
    !.view[p] = S.target[p],
    !.target[p] = NoView,
    !.open = [id \in DOMAIN @ |-> IF id = S.target[p].id THEN Installed(@[id], p) ELSE LeftBehind(@[id], p)]])

\* p crashes: it owes nothing any more.
Departed(v, p) ==
  Forget([v EXCEPT !.installing = @ \ {p}, !.awaited = @ \ {p}, !.present = @ \ {p},
            !.of[p] = IF p \in v.present THEN NoMembership ELSE @], Processes)

Crash(S, p) ==
  Close([S EXCEPT !.joined = @ \ {p}, !.crashed = @ \union {p}, !.suspicious = @ \ {p},
           !.view[p] = NoView, !.target[p] = NoView,
           !.open = [id \in DOMAIN @ |-> Departed(@[id], p)]])

\* p joins, or is back after a crash and joins, with no memory of what was.
Start(S, p) == [S EXCEPT !.joined = @ \union {p}, !.crashed = @ \ {p}]

\* The network connects just the members of each part with each other.
Connect(S, parts) == [S EXCEPT !.connected = [p \in Processes |-> CHOOSE C \in parts : p \in C]]

\* Somebody in a component suspects somebody wrongly: a view with the same members is to follow.
Glitch(S, C) == [S EXCEPT !.suspicious = @ \union C]

-----------------------------------------------------------------------------
(* The adversary: what one unit of its budget buys. *)

Repartitions(S) == {Connect(S, parts) : parts \in Partitions(Processes) \ {{S.connected[p] : p \in Processes}}}
Glitches(S) == {Glitch(S, C) : C \in {C \in {Component(S, p) : p \in S.joined} : ~NeedsView(S, C)}}

-----------------------------------------------------------------------------
(* What can happen next but for what processes and the adversary do: the states after it. *)

Steps(S) ==
  {RequestFlush(S, p) : p \in {p \in Processes : CanRequestFlush(S, p)}}
  \union {Signal(S, p) : p \in {p \in Processes : CanSignal(S, p)}}
  \union UNION {{Deliver(S, p, s) : s \in Deliverable(S, p)} : p \in Processes}
  \union UNION {{AgreeOn(S, C, a) : a \in Agreements(S, C)} :
                C \in {C \in {Component(S, p) : p \in Processes} : CanAgree(S, C)}}
  \union {Install(S, p) : p \in {p \in Processes : CanInstall(S, p)}}

-----------------------------------------------------------------------------
(* The properties of Section III-A and Appendix I, as far as a state shows them. *)

InAllViews(S, P(_, _)) == \A p \in Processes : P(p, S.view[p]) /\ P(p, S.target[p])

SelfInclusion(S) ==  \* 1
  InAllViews(S, LAMBDA p, v : v # NoView => p \in v.transitional /\ v.transitional \subseteq v.members)

TransitionalSet(S) ==  \* 7 c, and that an identifier stands for one list of members
  InAllViews(S, LAMBDA p, v :
    InAllViews(S, LAMBDA q, w :
      v.id = w.id /\ v # NoView =>
        v.members = w.members /\ (q \in v.transitional => v.transitional = w.transitional)))

\* Up to where p delivers in a view before it goes on, if it is known.
Final(v, p, s) == IF p \in v.gone THEN v.of[p].inbox[s].done
                  ELSE LET i == v.of[p].inbox[s] IN Max(i.done, Max(i.due, i.owed))

VirtualSynchrony(S) ==  \* 8
  \A id \in DOMAIN S.open :
    LET v == S.open[id]
        next(p) == IF p \in v.gone THEN S.view[p] ELSE S.target[p]
    IN \A p, q \in v.present \union v.gone :
         next(p) # NoView /\ next(p).id = next(q).id /\ q \in next(p).transitional =>
           \A s \in Processes : \A n \in (Final(v, p, s) + 1)..Final(v, q, s) :
             IF v.sent[s][n] = Forgotten THEN {p, q} \intersect v.gone # {} ELSE ~IsBroadcast(v.sent[s][n])

SafeDelivery(S) ==  \* 12 b: what one has delivered before its signal everybody delivers, but who departs
  \A id \in DOMAIN S.open :
    LET v == S.open[id]
    IN \A p \in v.present : \A s \in Processes :
         v.of[p].inbox[s].earlySafe > 0 =>
           v.awaited = {} /\ \A q \in v.present \union v.gone :
             v.of[p].inbox[s].earlySafe <= (IF q \in v.gone THEN v.of[q].inbox[s].done
                                           ELSE Max(v.of[q].inbox[s].done, v.of[q].inbox[s].owed))

FlushAcknowledgment(S) ==  \* Appendix I; and 13: the signal comes before the next view
  \A p \in Processes : S.target[p] # NoView /\ IsIn(S, p) =>
    LET m == MemberOf(S, p) IN m.asked /\ m.flushed /\ m.signalled /\ m.agreed

\* All are in one view with just those that they are connected with, and nothing is under way.
IsSettled(S) ==
  \A p \in S.joined : IsIn(S, p) /\ ~IsPending(S, p) /\ S.target[p] = NoView /\ OwesNothing(S.open[Current(S, p)], p)
=============================================================================
