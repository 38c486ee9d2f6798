------------------------------ MODULE GDHModel ------------------------------
(***************************************************************************)
(* A few group changes by GDH, one after the other: the first member lets  *)
(* others join, members leave, keys are refreshed.  Messages come in any   *)
(* order.  An eavesdropper hears all of them.  The same as                 *)
(* Sources/Models/GDHModel.swift.                                          *)
(***************************************************************************)
EXTENDS GDH

CONSTANTS N,         \* how many processes; 1 is the first member
          Changes    \* how many changes of the group there are
Processes == 1..N

VARIABLES ctx,      \* Clq_ctx, by process
          phase,    \* what it waits for: "token", "final", "facts", "list"; or it has the key: "done"; or it is "out"
          group, network, changes,
          drawn,    \* how many contributions it has drawn, by process
          heard,    \* all group elements that were sent
          keys      \* the group keys, with whose they are, in order
vars == <<ctx, phase, group, network, changes, drawn, heard, keys>>

Letter(to, message) == [to |-> to, message |-> message]
ToAll(P, message) == {Letter(p, message) : p \in P}

Init ==
  /\ ctx = [p \in Processes |-> IF p = 1 THEN FirstMember(1, <<1, 0>>) ELSE NoContext]
  /\ phase = [p \in Processes |-> IF p = 1 THEN "done" ELSE "out"]
  /\ group = {1} /\ network = {} /\ changes = Changes
  /\ drawn = [p \in Processes |-> IF p = 1 THEN 1 ELSE 0]
  /\ heard = {}
  /\ keys = <<[key |-> Contribution(<<1, 0>>), group |-> {1}]>>

\* `letters` go out, and are overheard.
Post(letters) ==
  /\ network' = network \union letters
  /\ heard' = heard \union UNION {ElementsOf(l.message) : l \in letters}

-----------------------------------------------------------------------------
\* One of those who stay handles that some leave and others come.
Change(chosen, leave, merge) ==
  LET new == (group \ leave) \union merge
      old == group \ leave
      next == <<chosen, drawn[chosen]>>
      refreshed == Refreshed(ctx[chosen], chosen, leave, next)
      merging == Merging(ctx[chosen], chosen, leave, merge, next)
  IN /\ changes > 0 /\ network = {} /\ \A p \in group : phase[p] = "done"
     /\ chosen \notin leave
     /\ group' = new /\ changes' = changes - 1 /\ UNCHANGED keys
     /\ drawn' = [p \in Processes |-> IF p \in merge \union {chosen} THEN drawn[p] + 1 ELSE drawn[p]]
     /\ ctx' = [p \in Processes |->
          CASE p = chosen -> IF merge = {} THEN refreshed ELSE merging
            [] p \in merge -> NewMember(<<p, drawn[p]>>)
            [] p \in leave -> NoContext
            [] OTHER -> ctx[p]]
     /\ phase' = [p \in Processes |->
          CASE p \in merge -> "token"
            [] p \in old -> IF merge = {} THEN "list" ELSE "final"
            [] OTHER -> "out"]
     /\ Post(IF merge = {} THEN ToAll(new, KeyListOf(refreshed))
             ELSE {Letter(NextMember(merging, chosen), TokenOf(merging, chosen))})

-----------------------------------------------------------------------------
Proceed(p, newCtx, newPhase) ==
  ctx' = [ctx EXCEPT ![p] = newCtx] /\ phase' = [phase EXCEPT ![p] = newPhase] /\ UNCHANGED <<group, changes, drawn>>

Answer(l, letters) ==
  /\ network' = (network \ {l}) \union letters
  /\ heard' = heard \union UNION {ElementsOf(m.message) : m \in letters}

ReceiveToken(l) ==
  LET p == l.to  m == l.message
      listed == Listed(ctx[p], m)
      collecting == Collecting(ctx[p], p, m)
  IN /\ m.kind = "Partial Token"
     /\ IF IsLast(m, p)
        THEN /\ Proceed(p, collecting, "facts")
             /\ Answer(l, ToAll(group \ {p}, [m EXCEPT !.kind = "Final Token"]))
        ELSE Proceed(p, listed, "final") /\ Answer(l, {Letter(NextMember(listed, p), Passed(listed, m))})
     /\ UNCHANGED keys

ReceiveFinal(l) ==
  LET p == l.to
      listed == Listed(ctx[p], l.message)
  IN /\ l.message.kind = "Final Token"
     /\ Proceed(p, listed, "list")
     /\ Answer(l, {Letter(NewController(listed), FactorOut(listed, p, l.message))})
     /\ UNCHANGED keys

ReceiveFactOut(l) ==
  LET p == l.to
      merged == Merged(ctx[p], l.message)
  IN /\ l.message.kind = "Fact Out"
     /\ Proceed(p, merged, IF IsReady(merged) THEN "list" ELSE "facts")
     /\ Answer(l, IF IsReady(merged) THEN ToAll(group, Collected(merged)) ELSE {})
     /\ UNCHANGED keys

ReceiveKeyList(l) ==
  LET p == l.to
      updated == Updated(ctx[p], l.message)
      key == [key |-> ExtractKey(updated, p), group |-> group]
  IN /\ l.message.kind = "Key List"
     /\ Proceed(p, updated, "done")
     /\ Answer(l, {})
     /\ keys' = IF \E i \in DOMAIN keys : keys[i] = key THEN keys ELSE Append(keys, key)

Next ==
  \/ \E chosen \in group : \E leave \in SUBSET group : \E merge \in SUBSET (Processes \ group) :
       Change(chosen, leave, merge)
  \/ \E l \in network : ReceiveToken(l) \/ ReceiveFinal(l) \/ ReceiveFactOut(l) \/ ReceiveKeyList(l)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(* What is claimed. *)

KeyOf(p) == ExtractKey(ctx[p], p)

\* All who have a key have the same one; it has a contribution of each member.
KeyAgreement ==
  \A p, q \in group : phase[p] = "done" /\ phase[q] = "done" => KeyOf(p) = KeyOf(q)
Contributory ==
  \A i \in DOMAIN keys : \A p \in keys[i].group : \E c \in DOMAIN keys[i].key : c[1] = p /\ keys[i].key[c] = 1
KeyFreshness == \A i, j \in DOMAIN keys : i # j => keys[i].key # keys[j].key

\* Who has some elements and some contributions can compute an element if it differs from one that it has, or from the
\* generator, in these contributions only.
CanCompute(element, elements, contributions) ==
  \E e \in elements \union {Generator} :
    \A c \in DOMAIN e \union DOMAIN element : c \in contributions \/ PowerOf(e, c) = PowerOf(element, c)

SecretFromEavesdropper == \A i \in DOMAIN keys : ~CanCompute(keys[i].key, heard, {})

\* Former and future members know the contributions that they ever drew, and the keys of the groups that they were in.
SecretFromOthers ==
  \A i \in DOMAIN keys : \A q \in Processes \ keys[i].group :
    ~CanCompute(keys[i].key,
                heard \union {keys[j].key : j \in {j \in DOMAIN keys : q \in keys[j].group}},
                {<<q, k>> : k \in 0..(drawn[q] - 1)})

\* Once nothing is under way, all have the key.
Termination == network = {} => \A p \in group : phase[p] = "done"
=============================================================================
