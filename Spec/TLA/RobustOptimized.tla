-------------------------- MODULE RobustOptimized --------------------------
(***************************************************************************)
(* The optimized robust key agreement of one process: Algorithms 9 and 10  *)
(* of Amir et al., Appendix II, beside Algorithms 2 to 8, of which 8 is    *)
(* left to cascades.                                                       *)
(***************************************************************************)
EXTENDS RobustBasic

(* Algorithm 9: WAIT FOR SELF JOIN (SJ) *)
MembershipInSJ(m, view) ==
  LET new == [m EXCEPT !.vsSet = m.newSet,                                                   \* 9.2
                       !.newId = view.id,                                                    \* 9.3
                       !.newSet = view.members,                                              \* 9.4
                       !.firstCascaded = FALSE,                                              \* 9.5
                       !.vsTransitional = FALSE]                                             \* 9.24
  IN IF view.members = {m.me} THEN Alone(new)                                                \* 9.6, 9.17 to 9.23  E2
     ELSE IF Choose(view.members) = m.me                                                     \* 9.7
     THEN BeginAnew(new, view.members \ view.transitional)                                   \* 9.8 to 9.13
     ELSE AwaitToken(new)                                                                    \* 9.14, 9.15, 9.16

InSJ(m, e) ==
  CASE e.kind = "Membership" -> MembershipInSJ(m, e.view)                                    \* 9.1
    [] e.kind \in {"User Message", "Secure Flush Ok"} -> Reaction(m, <<Refuse>>)             \* 9.25, 9.26
    [] OTHER -> NotPossible(m)                                                               \* 9.27, 9.28

(* Algorithm 10: WAIT FOR MEMBERSHIP (M) *)
MembershipInM(m, view) ==
  LET new == [m EXCEPT !.vsSet = m.newSet \ view.leaving,                                    \* 10.9, 10.10
                       !.newId = view.id,                                                    \* 10.11
                       !.newSet = view.members,                                              \* 10.12
                       !.newVsSet = m.newSet \ view.leaving,                                 \* 10.13
                       !.firstCascaded = FALSE,                                              \* 10.14
                       !.vsTransitional = FALSE]                                             \* 10.42
      merge == view.members \ view.transitional                                              \* 10.16
      leave == view.leaving                                                                  \* 10.17
      chosen == Choose(view.members)
      cleared == IF Repaired("E4") THEN [new EXCEPT !.gotFlushReq = FALSE] ELSE new          \* E4
  IN IF view.members = {m.me} THEN Alone(new)                                                \* 10.15, 10.34 to 10.41
     ELSE IF merge = {} /\ (leave # {} \/ Repaired("E3"))                                          \* 10.18  E3
     THEN IF chosen = m.me                                                                   \* 10.19
          THEN LET ctx == Refreshed(m.ctx, m.me, leave, Fresh(new, 0))                       \* 10.20
               IN Drawing(1, Reaction([cleared EXCEPT !.ctx = ctx, !.state = "KL"],          \* 10.22
                                      <<Broadcast(KeyListOf(ctx), Agreed)>>))                \* 10.21
          ELSE Reaction([cleared EXCEPT !.state = "KL"], <<>>)                               \* 10.22
     ELSE IF chosen \in view.transitional                                                    \* 10.23, 10.24
     THEN IF chosen = m.me                                                                   \* 10.25
          THEN LET ctx == Merging(m.ctx, m.me, leave, merge, Fresh(new, 0))                  \* 10.26
                   next == NextMember(ctx, m.me)                                             \* 10.27
               IN Drawing(1, Reaction([cleared EXCEPT !.ctx = ctx, !.state = "FT"],          \* 10.29
                                      IF next = 0 THEN <<>>                                  \* E3: nobody is next
                                      ELSE <<Unicast(TokenOf(ctx, m.me), next)>>))           \* 10.28
          ELSE Reaction([cleared EXCEPT !.state = "FT"], <<>>)                               \* 10.29
     ELSE AwaitToken(new)                                                                    \* 10.30 to 10.33

InM(m, e) ==
  CASE e.kind = "Data Message" -> Reaction(m, <<GiveUser(e)>>)                               \* 10.1, 10.2
    [] e.kind = "Transitional Signal" -> SignalInAgreement(m)                                \* 10.3 to 10.7
    [] e.kind = "Membership" /\ ~m.waitForOk -> MembershipInM(m, e.view)                     \* 10.8
    [] e.kind = "Secure Flush Ok" /\ m.waitForOk -> Reaction([m EXCEPT !.waitForOk = FALSE], <<>>)  \* E5
    [] e.kind = "User Message" \/ (e.kind = "Secure Flush Ok" /\ ~m.waitForOk) -> Reaction(m, <<Refuse>>)  \* 10.43, 10.44
    [] OTHER -> NotPossible(m)                                                               \* 10.45, 10.46

Handle(m, e) ==
  CASE m.state = "SJ" -> InSJ(m, e)
    [] m.state = "M" -> InM(m, e)
    [] OTHER -> Handle3to8(m, e)
=============================================================================
