/* Two-phase commit, as in ../TLA/TwoPhaseCommit.tla, for Spin: each action is one d_step, so the processes have
   no control states of their own, and Spin finds as many states as the others (without partial order reduction).

     spin -DN=8 -a two-phase-commit.pml && gcc -O2 -DSAFETY -DNOREDUCE -DNOCLAIM -o pan pan.c && ./pan -m100000 */

#ifndef N
#define N 8
#endif

mtype = { working, prepared, committed, aborted, none, commit, abort };

mtype manager[N] = working;
mtype decision = none;        /* of the transaction manager, which tells all at the same time */
bit known[N];                 /* whom the transaction manager knows to be prepared */
bit sent[N];                  /* who has sent that it is prepared; the message stays */
byte knownCount = 0;          /* follows from known: no more states */
byte commits = 0;             /* follow from manager: no more states */
byte aborts = 0;

active proctype TransactionManager() {
  do
  :: d_step { decision == none && knownCount == N -> decision = commit }
  :: d_step { decision == none -> decision = abort }
  od
}

active [N] proctype ResourceManager() {
  byte m = _pid - 1;
  do
  /* The transaction manager receives from this one. */
  :: d_step { decision == none && sent[m] -> knownCount = knownCount + 1 - known[m]; known[m] = 1 }
  :: d_step { manager[m] == working -> manager[m] = prepared; sent[m] = 1 }
  :: d_step { manager[m] == working -> manager[m] = aborted; aborts++; assert(commits == 0) }
  :: d_step { decision == commit ->
       if
       :: manager[m] == committed
       :: manager[m] == aborted -> aborts--; manager[m] = committed; commits++
       :: else -> manager[m] = committed; commits++
       fi;
       assert(aborts == 0) }
  :: d_step { decision == abort ->
       if
       :: manager[m] == aborted
       :: manager[m] == committed -> commits--; manager[m] = aborted; aborts++
       :: else -> manager[m] = aborted; aborts++
       fi;
       assert(commits == 0) }
  od
}
