-------------------------------- MODULE GDH --------------------------------
(***************************************************************************)
(* Group Diffie-Hellman, IKA.2 (Steiner, Tsudik, Waidner; Amir et al.,     *)
(* III-B and V-B): a member's context, the paper's Clq_ctx, and the calls  *)
(* of the Cliques library that the pseudo-code names.  The same as         *)
(* Sources/KeyAgreement/GDH.swift over the symbolic group.                 *)
(*                                                                         *)
(* An element of the group is the generator to the power of a product of   *)
(* contributions.  It stands here for its exponent: a function from        *)
(* contributions, whatever they are, to the powers that they have in it.   *)
(* The group key is the product of one contribution of each member; the    *)
(* partial key of a member lacks its own.                                  *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets

Generator == [c \in {} |-> 0]
Contribution(c) == [d \in {c} |-> 1]

PowerOf(element, c) == IF c \in DOMAIN element THEN element[c] ELSE 0

\* An element to the power of a contribution or of a product of some.
Power(element, exponent) ==
  LET power(c) == PowerOf(element, c) + PowerOf(exponent, c)
  IN [c \in {c \in DOMAIN element \union DOMAIN exponent : power(c) # 0} |-> power(c)]

Inverse(exponent) == [c \in DOMAIN exponent |-> -exponent[c]]

RECURSIVE Ascending(_)
Ascending(S) ==
  IF S = {} THEN <<>>
  ELSE LET least == CHOOSE p \in S : \A q \in S : p <= q IN <<least>> \o Ascending(S \ {least})

-----------------------------------------------------------------------------
(* Messages.  A token lists the members in the order of their contributions; the last is the new controller. *)

Token(kind, members, value) == [kind |-> kind, members |-> members, value |-> value]
FactOut(from, value) == [kind |-> "Fact Out", from |-> from, value |-> value]
KeyList(entries) == [kind |-> "Key List", entries |-> entries]
Entry(member, value) == [member |-> member, value |-> value]

\* All group elements in a message: what an eavesdropper learns.
ElementsOf(message) ==
  IF message.kind = "Key List" THEN {message.entries[i].value : i \in DOMAIN message.entries} ELSE {message.value}

-----------------------------------------------------------------------------
(* Contexts. `members`: the group's list; `x`: the product of this member's contributions; `keys`: the partial keys. *)

NoContext == [members |-> <<>>, x |-> Generator, keys |-> <<>>]

FirstMember(me, c) ==
  [members |-> <<me>>, x |-> Contribution(c), keys |-> <<Entry(me, Generator)>>]  \* clq_first_member
NewMember(c) == [members |-> <<>>, x |-> Contribution(c), keys |-> <<>>]          \* clq_new_member

EntriesOf(keys, member) == SelectSeq(keys, LAMBDA e : e.member = member)
HasKey(ctx, member) == EntriesOf(ctx.keys, member) # <<>>
PartialKey(ctx, member) == EntriesOf(ctx.keys, member)[1].value

\* clq_update_key with leave and merge sets: who begins a merge refreshes its contribution.
Merging(ctx, me, leave, merge, c) ==
  [ctx EXCEPT !.members = SelectSeq(@, LAMBDA p : p \notin leave /\ p # me) \o <<me>> \o Ascending(merge),
              !.x = Contribution(c)]
TokenOf(ctx, me) == Token("Partial Token", ctx.members, Power(PartialKey(ctx, me), ctx.x))

\* clq_update_key with a token: adds this member's contribution.
Listed(ctx, token) == [ctx EXCEPT !.members = token.members]
Passed(ctx, token) == Token("Partial Token", token.members, Power(token.value, ctx.x))

IsLast(token, me) == token.members # <<>> /\ token.members[Len(token.members)] = me

\* What the last of the list broadcasts is its own partial key.
Collecting(ctx, me, token) == [ctx EXCEPT !.members = token.members, !.keys = <<Entry(me, token.value)>>]

\* clq_next_member; 0: there is none.
NextMember(ctx, me) ==
  LET after == {i \in 2..Len(ctx.members) : ctx.members[i - 1] = me}
  IN IF after = {} THEN 0 ELSE ctx.members[CHOOSE i \in after : TRUE]

FactorOut(ctx, me, token) == FactOut(me, Power(token.value, Inverse(ctx.x)))      \* clq_factor_out
NewController(ctx) == ctx.members[Len(ctx.members)]                               \* clq_get_new_gc

\* clq_merge: the controller adds its contribution to a fact out.
Merged(ctx, factOut) ==
  IF HasKey(ctx, factOut.from) \/ \A i \in DOMAIN ctx.members : ctx.members[i] # factOut.from THEN ctx
  ELSE [ctx EXCEPT !.keys = Append(@, Entry(factOut.from, Power(factOut.value, ctx.x)))]
\* The key list as far as it is collected, in the order of the group's list.
Collected(ctx) ==
  LET with == SelectSeq(ctx.members, LAMBDA p : HasKey(ctx, p))
  IN KeyList([i \in DOMAIN with |-> Entry(with[i], PartialKey(ctx, with[i]))])
IsReady(ctx) == Len(Collected(ctx).entries) = Len(ctx.members)

\* clq_leave: whoever does it refreshes all partial keys but its own.
Refreshed(ctx, me, leave, c) ==
  LET kept == SelectSeq(ctx.keys, LAMBDA e : e.member \notin leave)
  IN [members |-> SelectSeq(ctx.members, LAMBDA p : p \notin leave),
      x |-> Power(ctx.x, Contribution(c)),
      keys |-> [i \in DOMAIN kept |->
                 IF kept[i].member = me THEN kept[i] ELSE Entry(kept[i].member, Power(kept[i].value, Contribution(c)))]]
KeyListOf(ctx) == KeyList(ctx.keys)

\* clq_update_ctx
Updated(ctx, list) ==
  [ctx EXCEPT !.members = [i \in DOMAIN list.entries |-> list.entries[i].member], !.keys = list.entries]

ExtractKey(ctx, me) == Power(PartialKey(ctx, me), ctx.x)                          \* clq_extract_key
=============================================================================
