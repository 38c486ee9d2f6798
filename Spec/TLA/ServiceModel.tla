---------------------------- MODULE ServiceModel ----------------------------
(***************************************************************************)
(* The Virtual Synchrony service with users who send a few messages and    *)
(* answer flush requests at any time, and with an adversary who has a      *)
(* budget of re-partitions, false suspicions, crashes and joins.  The same *)
(* as Sources/Models/ServiceModel.swift.                                   *)
(***************************************************************************)
EXTENDS VirtualSynchrony

CONSTANTS Founders,   \* who has joined at the start
          Budget,     \* of the adversary
          Messages,   \* how many all users send together
          Services    \* with which of the services

VARIABLES gcs, budget, messages
vars == <<gcs, budget, messages>>

Init == gcs = Service(Founders) /\ budget = Budget /\ messages = Messages

Happens == gcs' \in Steps(gcs) /\ UNCHANGED <<budget, messages>>

Answer(p) == CanFlushOk(gcs, p) /\ gcs' = FlushOk(gcs, p) /\ UNCHANGED <<budget, messages>>

\* To everybody, or to one member.
SendOne(p) ==
  /\ messages > 0 /\ CanSend(gcs, p)
  /\ \E service \in Services : \E to \in {Everyone} \union gcs.view[p].members :
       gcs' = Send(gcs, p, service, to, 0)
  /\ messages' = messages - 1 /\ UNCHANGED budget

Fate ==
  /\ budget > 0
  /\ gcs' \in Repartitions(gcs) \union Glitches(gcs) \union {Crash(gcs, p) : p \in gcs.joined}
              \union {Start(gcs, p) : p \in Processes \ gcs.joined}
  /\ budget' = budget - 1 /\ UNCHANGED messages

Next == Happens \/ Fate \/ \E p \in Processes : Answer(p) \/ SendOne(p)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
SelfInclusionHolds == SelfInclusion(gcs)
TransitionalSetHolds == TransitionalSet(gcs)
VirtualSynchronyHolds == VirtualSynchrony(gcs)
SafeDeliveryHolds == SafeDelivery(gcs)
FlushAcknowledgmentHolds == FlushAcknowledgment(gcs)

\* Whenever the network is left alone and users answer, it comes to rest as it should.
ComesToRest ==
  Steps(gcs) = {} /\ (\A p \in Processes : ~CanFlushOk(gcs, p)) => IsSettled(gcs)

\* 2: the identifiers of the views that a process installs grow.
LocalMonotonicity ==
  [][\A p \in Processes : gcs'.view[p] # gcs.view[p] /\ gcs'.view[p] # NoView => gcs'.view[p].id > gcs.view[p].id]_gcs
=============================================================================
