------------------------------- MODULE Omega -------------------------------
(***************************************************************************)
(* One session of protocol omega over ideal consensus: Cachin and Strobl,  *)
(* Section 3.1, Algorithm 1 (Spec/Algorithms/Algorithm11.md, whose numbers *)
(* the comments bear) in the hybrid system of Section 3.2.  Servers start  *)
(* at any time, up to Crashes of them crash, messages come in any order,   *)
(* and the trusted host of consensus lets the adversary choose the         *)
(* decision.  The same as Sources/Models/Exchange.                         *)
(*                                                                         *)
(* Contributions are unknowns, keys are linear forms in them: functions    *)
(* that give each server's contribution its coefficient.                   *)
(***************************************************************************)
EXTENDS Integers, FiniteSets, Sequences

CONSTANTS N, Crashes,       \* n, t_c
          ProposalsNeeded,  \* before anybody decides: see E9 in Spec/Errata.md
          Characteristic    \* of the field: 0 where n - t_c is no multiple of it, 2 for F_2^k
Servers == 1..N
Quorum == N - Crashes

VARIABLES state,      \* "not started", "started", "proposed", "finished"
          known,      \* whose contributions it knows
          waiting,    \* whose encryption keys came before the start, and wait for it
          network,    \* messages on their way to servers that have not crashed; what one sends itself it has at once
          proposals,  \* of consensus, none before it has proposed
          decision,   \* what has been decided, if anything
          key,        \* by server, once it has finished
          crashed
vars == <<state, known, waiting, network, proposals, decision, key, crashed>>

Residue(n) == IF Characteristic = 0 THEN n ELSE n % Characteristic
Zero == [i \in Servers |-> 0]
Contribution(i) == [Zero EXCEPT ![i] = 1]
Plus(a, b) == [i \in Servers |-> Residue(a[i] + b[i])]
Minus(a, b) == [i \in Servers |-> Residue(a[i] - b[i])]
Times(n, a) == [i \in Servers |-> Residue(n * a[i])]

None == [contributors |-> <<>>, differences |-> <<>>]

RECURSIVE Ascending(_)
Ascending(S) ==
  IF S = {} THEN <<>>
  ELSE LET least == CHOOSE i \in S : \A j \in S : i <= j IN <<least>> \o Ascending(S \ {least})

\* 11.12, 11.13: n - t_c servers, and how their contributions differ; after the last comes the first.
Proposal(S) ==
  LET u == Ascending(S)
  IN [contributors |-> u,
      differences |-> [l \in DOMAIN u |-> Minus(Contribution(u[l]), Contribution(u[(l % Len(u)) + 1]))]]

\* 11.17: the sum of the contributions, from that of u_m.
RECURSIVE Less(_, _, _, _)
Less(sum, p, m, step) ==
  IF step = Quorum - 1 THEN sum
  ELSE Less(Minus(sum, Times(Quorum - 1 - step, p.differences[((m - 1 + step) % Quorum) + 1])), p, m, step + 1)
KeyFrom(p, m) == Less(Times(Quorum, Contribution(p.contributors[m])), p, m, 0)

Message(kind, from, to) == [kind |-> kind, from |-> from, to |-> to]
Alive(letters) == {l \in letters : l.to \notin crashed}

Starts(i) == {Message("enc_key", i, j) : j \in Servers \ {i}}
Answers(i, J) == {Message("key_part", i, j) : j \in J}

Init ==
  /\ state = [i \in Servers |-> "not started"]
  /\ known = [i \in Servers |-> {}] /\ waiting = [i \in Servers |-> {}]
  /\ network = {}
  /\ proposals = [i \in Servers |-> None] /\ decision = None
  /\ key = [i \in Servers |-> Zero] /\ crashed = {}

\* 11.3 to 11.6; its own contribution comes back at once, and the keys that waited are answered.
Start(i) ==
  /\ state[i] = "not started" /\ i \notin crashed
  /\ state' = [state EXCEPT ![i] = "started"]
  /\ known' = [known EXCEPT ![i] = {i}]
  /\ waiting' = [waiting EXCEPT ![i] = {}]
  /\ network' = network \union Alive(Starts(i) \union Answers(i, waiting[i]))
  /\ UNCHANGED <<proposals, decision, key, crashed>>

\* 11.7, 11.8
ReceiveKey(l) ==
  /\ l.kind = "enc_key"
  /\ IF state[l.to] = "not started"
     THEN waiting' = [waiting EXCEPT ![l.to] = @ \union {l.from}] /\ network' = network \ {l}
     ELSE network' = (network \ {l}) \union Alive(Answers(l.to, {l.from})) /\ UNCHANGED waiting
  /\ UNCHANGED <<state, known, proposals, decision, key, crashed>>

\* 11.9 to 11.14
ReceivePart(l) ==
  LET now == known[l.to] \union {l.from}
      proposes == Cardinality(now) = Quorum
  IN /\ l.kind = "key_part"
     /\ network' = network \ {l}
     /\ known' = [known EXCEPT ![l.to] = now]
     /\ state' = IF proposes THEN [state EXCEPT ![l.to] = "proposed"] ELSE state
     /\ proposals' = IF proposes THEN [proposals EXCEPT ![l.to] = Proposal(now)] ELSE proposals
     /\ UNCHANGED <<waiting, decision, key, crashed>>

\* 11.15 to 11.18: the host lets a server that has proposed decide what has been decided, or any proposal.
Proposed == {i \in Servers : proposals[i] # None}
Decide(i) ==
  /\ state[i] = "proposed" /\ i \notin crashed
  /\ Cardinality(Proposed) >= ProposalsNeeded
  /\ \E p \in (IF decision = None THEN {proposals[j] : j \in Proposed} ELSE {decision}) :
       LET m == CHOOSE m \in 1..Quorum :
                  /\ p.contributors[m] \in known[i]
                  /\ \A k \in 1..(m - 1) : p.contributors[k] \notin known[i]
       IN decision' = p /\ key' = [key EXCEPT ![i] = KeyFrom(p, m)]
  /\ state' = [state EXCEPT ![i] = "finished"]
  /\ UNCHANGED <<known, waiting, network, proposals, crashed>>

Crash(i) ==
  /\ i \notin crashed /\ Cardinality(crashed) < Crashes
  /\ crashed' = crashed \union {i}
  /\ network' = {l \in network : l.to # i}
  /\ UNCHANGED <<state, known, waiting, proposals, decision, key>>

Receives == \E l \in network : ReceiveKey(l) \/ ReceivePart(l)

Next == Receives \/ \E i \in Servers : Start(i) \/ Decide(i) \/ Crash(i)

Spec == Init /\ [][Next]_vars

\* Messages between servers that do not crash come, users start, and consensus decides.
Fairness == WF_vars(Receives) /\ \A i \in Servers : WF_vars(Start(i)) /\ WF_vars(Decide(i))
FairSpec == Spec /\ Fairness

-----------------------------------------------------------------------------
(* What is claimed: Definition 1, and Definition 3 as far as it goes. *)

HasFinished(i) == state[i] = "finished"

Agreement == \A i, j \in Servers : HasFinished(i) /\ HasFinished(j) => key[i] = key[j]

\* The key is the sum of the contributions of n - t_c servers that have started.
RECURSIVE Sum(_)
Sum(S) == IF S = {} THEN Zero ELSE LET i == CHOOSE i \in S : TRUE IN Plus(Contribution(i), Sum(S \ {i}))
Validity ==
  \A i \in Servers : HasFinished(i) =>
    \E S \in SUBSET {j \in Servers : state[j] # "not started"} : Cardinality(S) = Quorum /\ key[i] = Sum(S)

\* Consensus keeps no secrets: the key is none of the differences that were proposed (E8).
KeyNotProposed ==
  \A i, j \in Servers : HasFinished(i) =>
    \A l \in DOMAIN proposals[j].differences : proposals[j].differences[l] # key[i]

Termination == <>\A i \in Servers : i \in crashed \/ HasFinished(i)
=============================================================================
