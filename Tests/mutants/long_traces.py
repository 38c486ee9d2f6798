"""Long traces, for what the small ones of the corpus cannot reach.

The checker judges a view that is over, and gives back its memory, once 32,768 events are open. Each trace here is
a run of three processes that keep every promise, long enough for that, and then perhaps something that speaks of
what has been given back. All are made without chance: the same bytes each time.
"""

import json

SERVICES = ["reliable", "fifo", "causal", "agreed", "safe"]


class Run:
    """Writes the events of processes that move from view to view together."""

    def __init__(self, members="abc", **header):
        self.lines = [{"vstrace": 1, **header}] if header else []
        self.members = list(members)
        self.view = 0
        self.sent = 0
        self.name = lambda sender, number: f"{sender}{number}"

    def event(self, at, event, **details):
        self.lines.append({"at": at, "event": event, **details})

    def install(self, members=None, transitional=None):
        """Everybody goes on to the next view; who was in the last one moves together."""
        if members is not None:
            self.members = list(members)
        moved = self.members if self.view else None
        self.view += 1
        for p in self.members:
            if moved:
                self.flush(p)
            self.enter(p, transitional or moved or [p])

    def flush(self, p):
        for event in ("flushRequest", "flushOk", "signal"):
            self.event(p, event)

    def enter(self, p, transitional):
        self.event(p, "view", view=self.view, members=self.members, transitional=transitional)

    def exchange(self, messages, at=None):
        """Each process in turn sends; all deliver in one order, in bursts."""
        burst = []
        for _ in range(messages):
            sender = self.members[self.sent % len(self.members)]
            self.sent += 1
            message = self.name(sender, self.sent)
            self.event(sender, "send", message=message, service=SERVICES[self.sent % len(SERVICES)])
            burst.append(message)
            if len(burst) == 6:
                self.deliver(burst)
                burst = []
        self.deliver(burst)

    def deliver(self, messages):
        for p in self.members:
            for message in messages:
                self.event(p, "deliver", message=message)

    def views(self, count, messages=500):
        for _ in range(count):
            self.install()
            self.exchange(messages)

    def bytes(self):
        return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in self.lines).encode()


def parted(run):
    """The same trace, each process's lines after another's."""
    order = {}
    for line in run.lines:
        order.setdefault(line.get("at", ""), []).append(line)
    other = Run()
    other.lines = [line for at in sorted(order) for line in order[at]]
    return other


def expecting(**verdicts):
    """The verdicts that are not `holds`, by property with _ for -; of a part, as `property__part`."""
    expected = {}
    for name, verdict in verdicts.items():
        expected[tuple(name.replace("_", "-").split("--"))] = verdict
    return expected


def traces():
    """Name, lines, and what is not `holds` of it."""
    made = []

    def add(name, run, **verdicts):
        made.append((name, run, expecting(**verdicts)))

    # At 1,500 or 2,000 events a view this is enough for most to be given back.
    VIEWS = 26
    violated, inconclusive = "violated", "inconclusive"

    run = Run()
    run.views(VIEWS)
    add("legal", run)
    add("legal-parted", parted(run))

    # d crashes in the first view, which is long given back when it recovers and comes again.
    run = Run("abcd")
    run.views(1)
    run.event("d", "crash")
    run.members = list("abc")
    run.views(VIEWS)
    run.event("d", "recover")
    run.view += 1
    for p in "abc":
        run.flush(p)
    run.members = list("abcd")
    for p in "abcd":
        run.enter(p, ["d"] if p == "d" else ["a", "b", "c"])
    run.exchange(50)
    add("recovers-late", run)

    # b5 is reliable, and its view is long over.
    for name, spell in [("late-duplicate", None), ("late-duplicate-without-counters", "{}{}x")]:
        run = Run()
        if spell:
            run.name = spell.format
        run.views(VIEWS)
        run.event("a", "deliver", message=run.name("b", 5))
        add(name, run, sending_view_delivery=violated, delivery_integrity=violated, no_duplication=violated)

    # Nobody has heard of e, so that its send closes no circle of causes.
    run = Run()
    run.views(VIEWS)
    run.event("e", "send", message="b5", service="reliable")
    add(
        "sent-again-late", run, sending_view_delivery=violated, delivery_integrity=violated, no_duplication=violated)

    # c comes back and installs a view that it knows from its earlier life.
    run = Run()
    run.views(VIEWS)
    run.event("c", "recover")
    run.event("c", "view", view=2, members=["a", "b", "c"], transitional=["c"])
    add(
        "retired-view-again", run, local_monotonicity=violated, transitional_set__b=violated,
        transitional_set__c=violated, safe_delivery__b=inconclusive)

    # d installs a view that the others have left long before, with other members.
    run = Run()
    run.views(VIEWS)
    run.event("d", "view", view=2, members=["d"], transitional=["d"])
    add("retired-view-by-a-stranger", run, view_identity=violated)

    # d leaves, and a while later goes on in the view that the others have left.
    run = Run("abcd")
    run.views(1)
    run.event("d", "leave")
    run.members = list("abc")
    run.views(VIEWS)
    run.event("d", "send", message="late", service="reliable")
    run.event("d", "deliver", message="late")
    add("leaver-goes-on", run)

    # c is a member of view 1 in the eyes of both, or of b alone, and installs a greater one at the very end.
    for name, in_the_eyes_of_a in [("silent-member-moves-on", "abc"), ("different-members-one-moves-on", "ab")]:
        run = Run("ab")
        run.view = 1
        run.event("a", "view", view=1, members=list(in_the_eyes_of_a), transitional=["a"])
        run.event("b", "view", view=1, members=["a", "b", "c"], transitional=["b"])
        run.exchange(60)
        run.views(VIEWS)
        run.event("c", "view", view=99, members=["c"], transitional=["c"])
        add(name, run, safe_delivery__b=violated, view_identity="holds" if "c" in in_the_eyes_of_a else violated)

    # The same in a complete trace in which c leaves at the very end: it owes nothing.
    run = Run("ab", complete=True)
    run.view = 1
    run.event("a", "view", view=1, members=["a", "b"], transitional=["a"])
    run.event("b", "view", view=1, members=["a", "b", "c"], transitional=["b"])
    run.exchange(60)
    run.views(VIEWS)
    run.event("c", "leave")
    add("different-members-one-leaves", run, view_identity=violated)

    # x is sent twice, in one view or in two, and delivered by nobody.
    for name, views in [("sent-twice", 0), ("sent-in-two-views", 1)]:
        run = Run()
        run.install()
        run.event("a", "send", message="x", service="reliable")
        run.views(views, 50)
        run.event("a", "send", message="x", service="reliable")
        run.exchange(60)
        run.views(VIEWS)
        add(name, run, no_duplication=violated, self_delivery=violated)

    # In view 1 a sends m and goes to the lower view 0, whence b takes the news of it to view 1.
    run = Run()
    run.view, run.members = 1, list("abc")
    run.enter("a", ["a"])
    run.event("a", "send", message="m", service="causal")
    run.event("a", "deliver", message="m")
    run.flush("a")
    run.event("a", "view", view=0, members=["a", "b"], transitional=["a"])
    run.event("a", "send", message="x", service="reliable")
    run.event("a", "deliver", message="x")
    run.event("b", "view", view=0, members=["a", "b"], transitional=["b"])
    run.event("b", "deliver", message="x")
    run.flush("b")
    run.enter("b", ["b"])
    run.event("b", "send", message="m'", service="causal")
    run.event("b", "deliver", message="m'")
    run.enter("c", ["c"])
    run.event("c", "deliver", message="m'")
    run.view += 1
    for p in "abc":
        run.flush(p)
        run.enter(p, ["a"] if p == "a" else ["b", "c"])
    run.exchange(60)
    run.views(VIEWS)
    add("cause-through-a-lower-view", run, local_monotonicity=violated, causal_delivery=violated)

    run = Run()
    run.event("a", "deliver", message="u")
    run.views(VIEWS)
    add("delivered-in-no-view", run, sending_view_delivery=violated, delivery_integrity=inconclusive)

    # While still in view 1, c delivers y of view 2, and x of view 1 only in view 2: the numbers come out even.
    run = Run()
    run.install()
    run.event("a", "send", message="x", service="reliable")
    for p in "ab":
        run.event(p, "deliver", message="x")
    run.exchange(60)
    run.view += 1
    for p in "ab":
        run.flush(p)
        run.enter(p, list("abc"))
    run.event("a", "send", message="y", service="reliable")
    for p in "abc":
        run.event(p, "deliver", message="y")
    run.flush("c")
    run.enter("c", list("abc"))
    run.event("c", "deliver", message="x")
    run.exchange(60)
    run.views(VIEWS)
    add(
        "exchanged-across-views", run, sending_view_delivery=violated, delivery_integrity=violated,
        virtual_synchrony=violated)

    run = Run()
    run.views(2, 60)
    run.event("a", "deliver", message="b5")
    run.views(VIEWS)
    add(
        "delivered-in-the-next-view", run, sending_view_delivery=violated, delivery_integrity=violated,
        no_duplication=violated, virtual_synchrony=violated)

    # The first views come without transitional sets; the classical form would compare a and b in view 1.
    run = Run()
    run.install()
    run.event("a", "send", message="x", service="reliable")
    run.event("a", "deliver", message="x")
    run.exchange(60)
    run.views(VIEWS)
    for line in run.lines:
        line.pop("transitional", None)
    run.install()
    add("transitional-sets-come-late", run)

    return made
