--------------------------- MODULE TwoPhaseCommit ---------------------------
(* Two-phase commit, after J. Gray and L. Lamport, Consensus on Transaction *)
(* Commit (2006), section 3. Says the same as the model TwoPhaseCommit of   *)
(* the explorer: TLC must find as many states.                              *)

CONSTANT Managers            \* the resource managers

VARIABLES
  manager,                   \* of each resource manager: how far it is
  decision,                  \* of the transaction manager
  known,                     \* those it knows to be prepared
  messages                   \* all that were ever sent; nobody takes them away

vars == <<manager, decision, known, messages>>

Prepared(m) == [kind |-> "prepared", from |-> m]
Commit == [kind |-> "commit"]
Abort == [kind |-> "abort"]

TypeOK ==
  /\ manager \in [Managers -> {"working", "prepared", "committed", "aborted"}]
  /\ decision \in {"none", "commit", "abort"}
  /\ known \subseteq Managers
  /\ messages \subseteq {Prepared(m) : m \in Managers} \cup {Commit, Abort}

Init ==
  /\ manager = [m \in Managers |-> "working"]
  /\ decision = "none"
  /\ known = {}
  /\ messages = {}

-----------------------------------------------------------------------------
(* The transaction manager. *)

ReceivePrepared(m) ==
  /\ decision = "none"
  /\ Prepared(m) \in messages
  /\ known' = known \cup {m}
  /\ UNCHANGED <<manager, decision, messages>>

DecideToCommit ==
  /\ decision = "none"
  /\ known = Managers
  /\ decision' = "commit"
  /\ messages' = messages \cup {Commit}
  /\ UNCHANGED <<manager, known>>

DecideToAbort ==
  /\ decision = "none"
  /\ decision' = "abort"
  /\ messages' = messages \cup {Abort}
  /\ UNCHANGED <<manager, known>>

-----------------------------------------------------------------------------
(* A resource manager. *)

Prepare(m) ==
  /\ manager[m] = "working"
  /\ manager' = [manager EXCEPT ![m] = "prepared"]
  /\ messages' = messages \cup {Prepared(m)}
  /\ UNCHANGED <<decision, known>>

ChooseToAbort(m) ==
  /\ manager[m] = "working"
  /\ manager' = [manager EXCEPT ![m] = "aborted"]
  /\ UNCHANGED <<decision, known, messages>>

ReceiveCommit(m) ==
  /\ Commit \in messages
  /\ manager' = [manager EXCEPT ![m] = "committed"]
  /\ UNCHANGED <<decision, known, messages>>

ReceiveAbort(m) ==
  /\ Abort \in messages
  /\ manager' = [manager EXCEPT ![m] = "aborted"]
  /\ UNCHANGED <<decision, known, messages>>

-----------------------------------------------------------------------------

Next ==
  \/ DecideToCommit
  \/ DecideToAbort
  \/ \E m \in Managers :
       \/ ReceivePrepared(m)
       \/ Prepare(m)
       \/ ChooseToAbort(m)
       \/ ReceiveCommit(m)
       \/ ReceiveAbort(m)

Spec == Init /\ [][Next]_vars

Consistent ==
  \A m, n \in Managers : ~(manager[m] = "committed" /\ manager[n] = "aborted")
=============================================================================
