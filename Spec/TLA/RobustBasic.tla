---------------------------- MODULE RobustBasic ----------------------------
(***************************************************************************)
(* The basic robust key agreement of one process: Algorithms 2 to 8 of     *)
(* Amir et al., Appendix I.  Comments bear the numbers of the lines in     *)
(* Spec/Algorithms; where a line departs from the page in a repair, they   *)
(* name the entry of Spec/Errata.md.  The same as Sources/SecureGroup.     *)
(*                                                                         *)
(* A machine m takes an event e and gives a reaction: the machine          *)
(* afterwards, and what it asks for in the order of the lines.             *)
(***************************************************************************)
EXTENDS VirtualSynchrony, GDH

CONSTANTS Algorithm,   \* "basic" or "optimized"
          Repairs      \* of Spec/Errata.md, "E1" to "E6": none as printed

Repaired(erratum) == erratum \in Repairs

\* Algorithm 2
NoKey == [c \in {0} |-> 0]
Machine(p) ==
  [me |-> p,
   newId |-> 0, newSet |-> {p}, newVsSet |-> {},            \* 2.1, 2.4, 2.5: New_memb_msg
   vsSet |-> {},                                            \* 2.6: VS_set
   firstTransitional |-> ~Repaired("E2"),                         \* 2.7  E2
   vsTransitional |-> FALSE,                                \* 2.8
   firstCascaded |-> TRUE,                                  \* 2.9: First_cascaded_membership
   waitForOk |-> FALSE,                                     \* 2.10: Wait_for_sec_flush_ok
   gotFlushReq |-> FALSE,                                   \* 2.11: KL_got_flush_req
   ctx |-> NoContext,                                       \* 2.13: Clq_ctx
   key |-> NoKey,                                           \* 2.14: Group_key
   state |-> IF Algorithm = "basic" THEN "CM" ELSE "SJ",    \* 2.15
   keyListMayCome |-> FALSE,                                \* E5
   drawn |-> 0]                                             \* contributions so far in this view

\* What a machine asks for.
ToUser == [do |-> "Signal"]
AskUser == [do |-> "Flush Request", atOnce |-> FALSE]
AskUserAtOnce == [do |-> "Flush Request", atOnce |-> TRUE]
GiveUser(message) == [do |-> "Data Message", message |-> message]
SendFlushOk == [do |-> "Flush Ok"]
Refuse == [do |-> "Refuse"]
Unicast(message, to) == [do |-> "Send", message |-> message, service |-> Fifo, to |-> to]
Broadcast(message, service) == [do |-> "Send", message |-> message, service |-> service, to |-> Everyone]
\* The application is handed New_memb_msg.
InstallView(m) ==
  [do |-> "View",
   view |-> [id |-> m.newId, members |-> m.newSet, transitional |-> m.newVsSet, key |-> m.key]]

Reaction(m, out) == [m |-> m, out |-> out, possible |-> TRUE]
Drawing(number, reaction) == [reaction EXCEPT !.m.drawn = @ + number]
NotPossible(m) == [m |-> m, out |-> <<>>, possible |-> FALSE]
Ignore(m) == Reaction(m, <<>>)

\* The names of contributions tell whose they are and from when: they are counted within a view.
Fresh(m, number) == <<m.me, m.newId, m.drawn + number>>

Choose(members) == CHOOSE p \in members : \A q \in members : p <= q

\* 4.14 to 4.18 and its likes
SignalInAgreement(m) ==
  Reaction([m EXCEPT !.firstTransitional = FALSE, !.vsTransitional = TRUE],
           IF m.firstTransitional THEN <<ToUser>> ELSE <<>>)

-----------------------------------------------------------------------------
(* Algorithm 3: SECURE (S) *)
InS(m, e) ==
  CASE e.kind = "Data Message" -> Reaction(m, <<GiveUser(e)>>)                               \* 3.1, 3.2
    [] e.kind = "User Message" ->                                                            \* 3.3
         Reaction(m, <<Broadcast(e.message,
                                 IF Repaired("E6") THEN Max(e.message.service, Causal) ELSE e.message.service)>>)  \* 3.4  E6
    [] e.kind = "Flush Request" -> Reaction([m EXCEPT !.waitForOk = TRUE], <<AskUser>>)      \* 3.5, 3.6, 3.7
    [] e.kind = "Secure Flush Ok" ->                                                         \* 3.8
         IF m.waitForOk                                                                      \* 3.9
         THEN Reaction([m EXCEPT !.waitForOk = FALSE,                                        \* 3.10
                                 !.state = IF Algorithm = "basic" THEN "CM" ELSE "M"],       \* 3.12
                       <<SendFlushOk>>)                                                      \* 3.11
         ELSE Reaction(m, <<Refuse>>)                                                        \* 3.13, 3.14
    [] e.kind = "Transitional Signal" ->                                                     \* 3.15
         Reaction([m EXCEPT !.firstTransitional = FALSE, !.vsTransitional = TRUE], <<ToUser>>)  \* 3.16, 3.17, 3.18
    [] OTHER -> NotPossible(m)                                                               \* 3.19, 3.20

(* Algorithm 4: WAIT FOR PARTIAL TOKEN (PT) *)
InPT(m, e) ==
  CASE e.kind = "Partial Token" ->                                                           \* 4.1
         IF ~IsLast(e, m.me)                                                                 \* 4.2
         THEN LET ctx == Listed(m.ctx, e)
              IN Reaction([m EXCEPT !.ctx = ctx, !.state = "FT"],                            \* 4.6
                          <<Unicast(Passed(ctx, e), NextMember(ctx, m.me))>>)                \* 4.3, 4.4, 4.5
         ELSE Reaction([m EXCEPT !.ctx = Collecting(@, m.me, e), !.state = "FO"],            \* 4.7, 4.10
                       <<Broadcast([e EXCEPT !.kind = "Final Token"], Fifo)>>)               \* 4.8, 4.9
    [] e.kind = "Flush Request" -> Reaction([m EXCEPT !.state = "CM"], <<SendFlushOk>>)      \* 4.11, 4.12, 4.13
    [] e.kind = "Transitional Signal" -> SignalInAgreement(m)                                \* 4.14 to 4.18
    [] e.kind \in {"User Message", "Secure Flush Ok"} -> Reaction(m, <<Refuse>>)             \* 4.19, 4.20
    [] OTHER -> NotPossible(m)                                                               \* 4.21, 4.22

(* Algorithm 5: WAIT FOR KEY LIST (KL) *)
InKL(m, e) ==
  CASE e.kind = "Key List" ->                                                                \* 5.1
         IF m.vsTransitional /\ ~Repaired("E5") THEN Ignore(m)                               \* 5.2  E5
         ELSE LET ctx == Updated(m.ctx, e)                                                   \* 5.3
                  installed ==
                    [m EXCEPT !.ctx = ctx, !.key = ExtractKey(ctx, m.me),                    \* 5.4
                              !.newVsSet = m.vsSet,                                          \* 5.5
                              !.firstTransitional = ~m.vsTransitional,                       \* 5.7  E5
                              !.firstCascaded = TRUE, !.state = "S",                         \* 5.8, 5.9
                              !.waitForOk = @ \/ m.gotFlushReq]                              \* 5.11
              IN Reaction(installed,
                   <<InstallView(installed)>>                                                \* 5.6
                   \o (IF m.vsTransitional THEN <<ToUser>> ELSE <<>>)                        \* E5
                   \o (IF m.gotFlushReq THEN <<AskUser>> ELSE <<>>))                         \* 5.10, 5.12
    [] e.kind = "Flush Request" ->                                                           \* 5.13
         IF m.vsTransitional                                                                 \* 5.14
         THEN Reaction([m EXCEPT !.state = "CM", !.keyListMayCome = Repaired("E5")], <<SendFlushOk>>)  \* 5.15, 5.16  E5
         ELSE Reaction([m EXCEPT !.gotFlushReq = TRUE], <<>>)                                \* 5.17, 5.18
    [] e.kind = "Transitional Signal" ->                                                     \* 5.19
         LET signalled == SignalInAgreement(m)                                               \* 5.20, 5.21, 5.22, 5.26
         IN IF ~m.gotFlushReq THEN signalled                                                 \* 5.23
            ELSE Reaction([signalled.m EXCEPT !.state = "CM", !.keyListMayCome = Repaired("E5")],  \* 5.25  E5
                          Append(signalled.out, SendFlushOk))                                \* 5.24
    [] e.kind \in {"User Message", "Secure Flush Ok"} -> Reaction(m, <<Refuse>>)             \* 5.27, 5.28
    [] e.kind = "Final Token" /\ Repaired("E1") -> Ignore(m)                                 \* E1
    [] OTHER -> NotPossible(m)                                                               \* 5.29, 5.30

(* Algorithm 6: WAIT FOR FINAL TOKEN (FT) *)
InFT(m, e) ==
  CASE e.kind = "Final Token" ->                                                             \* 6.1
         LET ctx == Listed(m.ctx, e)
         IN Reaction([m EXCEPT !.ctx = ctx, !.gotFlushReq = FALSE, !.state = "KL"],          \* 6.5, 6.6
                     <<Unicast(FactorOut(ctx, m.me, e), NewController(ctx))>>)               \* 6.2, 6.3, 6.4
    [] e.kind = "Flush Request" -> Reaction([m EXCEPT !.state = "CM"], <<SendFlushOk>>)      \* 6.7, 6.8, 6.9
    [] e.kind = "Transitional Signal" -> SignalInAgreement(m)                                \* 6.10 to 6.14
    [] e.kind \in {"User Message", "Secure Flush Ok"} -> Reaction(m, <<Refuse>>)             \* 6.15, 6.16
    [] OTHER -> NotPossible(m)                                                               \* 6.17, 6.18

(* Algorithm 7: COLLECT FACT OUTS (FO) *)
InFO(m, e) ==
  CASE e.kind = "Fact Out" ->                                                                \* 7.1
         LET ctx == Merged(m.ctx, e)                                                         \* 7.2
         IN IF IsReady(ctx)                                                                  \* 7.3
            THEN Reaction([m EXCEPT !.ctx = ctx, !.gotFlushReq = FALSE, !.state = "KL"],     \* 7.5, 7.6
                          <<Broadcast(Collected(ctx), Agreed)>>)                             \* 7.4
            ELSE Reaction([m EXCEPT !.ctx = ctx], <<>>)
    [] e.kind = "Flush Request" -> Reaction([m EXCEPT !.state = "CM"], <<SendFlushOk>>)      \* 7.7, 7.8, 7.9
    [] e.kind = "Transitional Signal" -> SignalInAgreement(m)                                \* 7.10 to 7.14
    [] e.kind \in {"User Message", "Secure Flush Ok"} -> Reaction(m, <<Refuse>>)             \* 7.15, 7.16
    [] e.kind = "Final Token" /\ Repaired("E1") -> Ignore(m)                                 \* E1
    [] OTHER -> NotPossible(m)                                                               \* 7.17, 7.18

-----------------------------------------------------------------------------
(* Algorithm 8: WAIT FOR CASCADING MEMBERSHIP (CM) *)

\* 8.31 to 8.39 and its likes: Me is alone.
Alone(m) ==
  LET ctx == FirstMember(m.me, Fresh(m, 0))                                                  \* 8.32, 8.33
      installed == [m EXCEPT !.ctx = ctx, !.key = ExtractKey(ctx, m.me),                     \* 8.34
                             !.newVsSet = {m.me},                                            \* 8.35
                             !.firstTransitional = TRUE,                                     \* 8.37
                             !.firstCascaded = TRUE, !.state = "S"]                          \* 8.38, 8.39
  IN Drawing(1, Reaction(installed, <<InstallView(installed)>>))                             \* 8.36

\* 8.19 to 8.26 and its likes: Me is chosen and begins anew.
BeginAnew(m, merge) ==
  LET ctx == Merging(FirstMember(m.me, Fresh(m, 0)), m.me, {}, merge, Fresh(m, 1))           \* 8.20 to 8.23
  IN Drawing(2, Reaction([m EXCEPT !.ctx = ctx, !.state = "FT"],                             \* 8.26
                         <<Unicast(TokenOf(ctx, m.me), NextMember(ctx, m.me))>>))            \* 8.24, 8.25

\* 8.28 to 8.30 and its likes
AwaitToken(m) == Drawing(1, Reaction([m EXCEPT !.ctx = NewMember(Fresh(m, 0)), !.state = "PT"], <<>>))

MembershipInCM(m, view) ==
  LET first == IF m.firstCascaded THEN m.newSet ELSE m.vsSet                                 \* 8.9, 8.10
      signals == view.leaving # {} /\ m.firstTransitional                                    \* 8.13
      new == [m EXCEPT !.keyListMayCome = FALSE,                                             \* E5
                       !.firstCascaded = FALSE,                                              \* 8.11
                       !.vsSet = first \ view.leaving,                                       \* 8.12
                       !.firstTransitional = @ /\ ~signals,                                  \* 8.15
                       !.newId = view.id,                                                    \* 8.16
                       !.newSet = view.members,                                              \* 8.17
                       !.vsTransitional = FALSE]                                             \* 8.40
      next == IF view.members = {m.me} THEN Alone(new)                                       \* 8.18, 8.31
              ELSE IF Choose(view.members) = m.me THEN BeginAnew(new, view.members \ {m.me}) \* 8.19, 8.22
              ELSE AwaitToken(new)                                                           \* 8.27
  IN IF signals THEN [next EXCEPT !.out = <<ToUser>> \o @] ELSE next                         \* 8.14

\* E5: the key list comes after the flush, and is still installed.  The application may not send any more.
InstallLate(m, list) ==
  LET ctx == Updated(m.ctx, list)
      installed == [m EXCEPT !.keyListMayCome = FALSE, !.ctx = ctx, !.key = ExtractKey(ctx, m.me),
                             !.newVsSet = m.vsSet, !.firstCascaded = TRUE, !.firstTransitional = FALSE,
                             !.waitForOk = TRUE, !.state = IF Algorithm = "basic" THEN "CM" ELSE "M"]
  IN Reaction(installed, <<InstallView(installed), ToUser, AskUserAtOnce>>)

InCM(m, e) ==
  CASE e.kind = "Data Message" -> Reaction(m, <<GiveUser(e)>>)                               \* 8.1, 8.2
    [] e.kind = "Transitional Signal" -> SignalInAgreement(m)                                \* 8.3 to 8.7
    [] e.kind = "Membership" /\ ~m.waitForOk -> MembershipInCM(m, e.view)                    \* 8.8
    [] e.kind = "Key List" /\ m.keyListMayCome -> InstallLate(m, e)                          \* E5
    [] e.kind \in {"Partial Token", "Final Token", "Fact Out"} \/ (e.kind = "Key List" /\ ~m.keyListMayCome) ->
         Ignore(m)                                                                           \* 8.41, 8.42
    [] e.kind = "Secure Flush Ok" /\ m.waitForOk -> Reaction([m EXCEPT !.waitForOk = FALSE], <<>>)  \* E5
    [] e.kind = "User Message" \/ (e.kind = "Secure Flush Ok" /\ ~m.waitForOk) -> Reaction(m, <<Refuse>>)  \* 8.43, 8.44
    [] OTHER -> NotPossible(m)                                                               \* 8.45, 8.46

Handle3to8(m, e) ==
  CASE m.state = "S" -> InS(m, e)
    [] m.state = "PT" -> InPT(m, e)
    [] m.state = "KL" -> InKL(m, e)
    [] m.state = "FT" -> InFT(m, e)
    [] m.state = "FO" -> InFO(m, e)
    [] m.state = "CM" -> InCM(m, e)
=============================================================================
