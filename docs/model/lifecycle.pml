// The life of prong's processes: the parent, which is server/supervisor.cc, its children, which
// run server/connection.cc, and what the world does to them. README.md says how to check it.
//
// An atomic or d_step is one system call, or several with nothing between them that another
// process could tell apart. Where alternatives are open, the world chooses.

#ifndef MAX_CONNECTIONS
#define MAX_CONNECTIONS 2  // --max_connections
#define OTHER_SIGNALS 1    // some come that mean neither a child's end nor the parent's
#endif
#define CHILDREN 3  // one more than there may be

mtype:parent = { Accepting, Paused, Draining, Killing, Ended, Killed };
mtype:child = { None, Starting, Reading, Serving, Idle, Lingering, Exiting, Zombie };
mtype:connection = { Absent, Accepted, Forked, Refused };
mtype:timer = { Off, Running, Expired, Never };

mtype:parent parent = Accepting;
mtype:timer deadline = Off;  // of the pause, or of the drain
mtype:timer sweep = Off;     // when to look after every child
byte terminations;           // SIGTERM and SIGINT so far: 0, 1, or 2 for more
bool table[CHILDREN];        // the children that the parent knows
byte size;                   // of the table
byte balance;                // of counters: accepted - refused - reaped

mtype:child child[CHILDREN] = None;
bool sigterm_pending[CHILDREN];
bool pdeathsig[CHILDREN];  // SIGKILL comes when the parent is gone

// A connection has the number of the child that serves it, or would.
mtype:connection connection[CHILDREN] = Absent;
bool owed[CHILDREN];  // its client waits for a response, or for the end of the connection
bool last[CHILDREN];  // the response says that no further request will be answered
bool waiting;         // there is somebody to accept

// Pending for the parent. Standard signals do not queue: a SIGCHLD is lost while another one is
// pending, and with it the pid that it names. sigterm is SIGINT too, sighup SIGUSR1 too.
bool sigchld, sigterm, sighup;
byte sigchld_pid;

// What each process has open, a bit for each: the connections, and the listening socket.
#define PARENT CHILDREN
#define SOCKET(i) (1 << (i))
#define LISTENER (1 << CHILDREN)
byte files[CHILDREN + 1] = 0;
#define all_files (files[0] | files[1] | files[2] | files[PARENT])

#define alive(i) (child[i] != None && child[i] != Zombie)
#define answering(i) (child[i] == Serving && owed[i])
#define answered(i) (child[i] == Serving && !owed[i])
#define parent_gone (parent == Ended || parent == Killed)

// Of one step, so no part of a state.
hidden byte k, ready;

// The kernel.

inline Close(process, closed) {
  files[process] = files[process] & ~(closed);
  // What no process has open any more ends, and who is at the other end sees that.
  for (k : 0 .. CHILDREN - 1) {
    if
    :: !(all_files & SOCKET(k)) -> connection[k] = Absent; owed[k] = false
    :: else
    fi
  }
  waiting = waiting && (all_files & LISTENER)
}

inline Kill(i) {
  if
  :: alive(i) -> child[i] = Exiting
  :: else
  fi
}

inline Exit(i) {
  Close(i, files[i]);
  sigterm_pending[i] = false;
  pdeathsig[i] = false;
  last[i] = false;
  if
  :: parent_gone -> child[i] = None  // init reaps it
  :: else ->
     child[i] = Zombie;
     if
     :: sigchld
     :: else -> sigchld = true; sigchld_pid = i
     fi
  fi
}

inline EndParent(how) {
  Close(PARENT, files[PARENT]);
  parent = how;
  for (k : 0 .. CHILDREN - 1) {
    table[k] = false;
    if
    :: pdeathsig[k] -> Kill(k)
    :: child[k] == Zombie -> child[k] = None
    :: else
    fi
  }
  sigchld = false; sigterm = false; sighup = false; sigchld_pid = 0;
  deadline = Off; sweep = Off; terminations = 0; size = 0; balance = 0
}

// A child: Supervisor::RunChild, then ServeConnection, then ExitChild.

#define me _pid
#define starting (child[me] == Starting)
#define has_listener (files[me] & LISTENER)

active [CHILDREN] proctype Child() {
end:
  do
  // close, prctl, getppid.
  :: d_step { starting && has_listener -> Close(me, LISTENER) }
  :: d_step { starting && !has_listener && !pdeathsig[me] -> pdeathsig[me] = true }
  :: d_step { starting && pdeathsig[me] && !parent_gone -> child[me] = Reading }
  :: d_step { starting && pdeathsig[me] && parent_gone -> child[me] = Exiting }

  // A request is there; or the client closes; or the header deadline passes: 408.
  :: d_step { child[me] == Reading -> child[me] = Serving }
  :: d_step { child[me] == Reading -> child[me] = Exiting }
  :: d_step { child[me] == Reading -> owed[me] = false; child[me] = Lingering }

  // A client may take a response as slowly as it likes, for ever; or go.
  :: d_step { answering(me) && !sigterm_pending[me] -> owed[me] = false }
  :: d_step { answering(me) -> owed[me] = false; last[me] = true }
  :: answered(me)
  :: d_step { answered(me) && !last[me] -> child[me] = Idle }
  :: d_step { answered(me) && last[me] -> last[me] = false; child[me] = Lingering }
  :: d_step { answered(me) -> last[me] = false; child[me] = Exiting }

  // It may be silent between requests, for ever but for SIGTERM.
  :: child[me] == Idle && !sigterm_pending[me]
  :: d_step { child[me] == Idle -> owed[me] = true; child[me] = Reading }
  :: d_step { child[me] == Idle -> child[me] = Exiting }

  :: d_step { child[me] == Lingering -> child[me] = Exiting }

  // Where it comes to; and a crash or a signal from elsewhere, at any time.
  :: d_step { alive(me) -> Exit(me) }
  od
}

// The parent: Supervisor, and its ChildTable.

inline Reap(i) {
  if
  :: table[i] && child[i] == Zombie ->
     child[i] = None;
     table[i] = false;
     size--;
     balance--
  :: else
  fi
}

inline ReapAll() {
  for (k : 0 .. CHILDREN - 1) {
    Reap(k)
  }
}

inline Sleep() {
  sigchld || sigterm || sighup || deadline == Expired || sweep == Expired ||
      (parent == Accepting && waiting);
  ready = (parent == Accepting && waiting)
}

inline SweepIfDue() {
  if
  :: sweep == Expired -> sweep = Off; ReapAll()
  :: else
  fi
}

inline HandleSignals() {
  if
  :: sigchld ->
     sigchld = false;
     if
     :: Reap(sigchld_pid)
     :: skip  // it is of no child here, or waitpid fails
     fi;
     sigchld_pid = 0;
     if
     :: sweep == Off -> sweep = Running
     :: else
     fi
  :: else
  fi;
  if
  :: sigterm -> sigterm = false; terminations = (terminations == 0 -> 1 : 2)
  :: else
  fi;
  sighup = false
}

inline PauseAccepting() {
  parent = Paused;
  deadline = Running
}

inline ResumeAccepting() {
  if
  :: parent == Paused && deadline == Expired -> parent = Accepting; deadline = Off
  :: else
  fi
}

inline Accept(i) {
  waiting = false;
  files[PARENT] = files[PARENT] | SOCKET(i);
  connection[i] = Accepted;
  owed[i] = true;
  balance++
}

inline Fork(i) {
  child[i] = Starting;
  files[i] = files[PARENT];
  connection[i] = Forked;
  table[i] = true;
  size++
}

inline TurnAway(i) {
  connection[i] = Refused;
  owed[i] = false;
  balance--
}

#define unused(i) (connection[i] == Absent && child[i] == None)

active proctype Parent() {
  byte c;  // the connection in hand
  byte i;

  {
    files[PARENT] = LISTENER;

serve:
    atomic {
      Sleep();
      SweepIfDue();
      HandleSignals();
      ResumeAccepting();
      if
      :: terminations > 0 -> goto drain
      :: terminations == 0 && ready -> goto take
      :: else -> goto serve
      fi
    };

take:
    if
    :: atomic {
         unused(0) || unused(1) || unused(2);
         if
         :: size >= MAX_CONNECTIONS && sweep != Off -> ReapAll()
         :: else
         fi;
         if
         :: unused(0) -> c = 0
         :: !unused(0) && unused(1) -> c = 1
         :: !unused(0) && !unused(1) && unused(2) -> c = 2
         fi;
         Accept(c);
         if
         :: size < MAX_CONNECTIONS -> goto fork
         :: goto refuse  // there are too many, or too many of this client
         fi
       }
    :: atomic { waiting = false; goto serve }    // ECONNABORTED, EAGAIN
    :: atomic { PauseAccepting(); goto serve }  // EMFILE, ENFILE
    fi;

fork:
    if
    :: atomic { Fork(c); goto close }
    :: atomic { PauseAccepting(); goto refuse }  // EAGAIN, ENOMEM
    fi;

refuse:
    atomic { TurnAway(c) };

close:
    atomic { Close(PARENT, SOCKET(c)); c = 0; goto serve };

drain:
    atomic { parent = Draining; Close(PARENT, LISTENER) };
    atomic {
      for (k : 0 .. CHILDREN - 1) {
        sigterm_pending[k] = table[k] && alive(k)
      }
      if
      :: deadline = Running
      :: deadline = Never  // --drain_timeout is longer than anybody waits
      fi;
      if
      :: size == 0 -> goto leave
      :: else
      fi
    };

wait:
    atomic {
      Sleep();
      SweepIfDue();
      HandleSignals();
      if
      :: size == 0 -> goto leave
      :: size > 0 && (terminations > 1 || deadline == Expired) -> goto kill
      :: else -> goto wait
      fi
    };

kill:
    atomic {
      parent = Killing;
      for (k : 0 .. CHILDREN - 1) {
        if
        :: table[k] -> Kill(k)
        :: else
        fi
      }
    };
    for (i : 0 .. CHILDREN - 1) {
      d_step { !table[i] || child[i] == Zombie -> Reap(i) }
    };

leave:
    atomic { EndParent(Ended); i = 0 }
  } unless { parent == Killed }
}

// The world.

// A process for each deadline: time passes for all of them.
active proctype DeadlineClock() {
end:
  do
  :: d_step { deadline == Running -> deadline = Expired }
  od
}

active proctype SweepClock() {
end:
  do
  :: d_step { sweep == Running -> sweep = Expired }
  od
}

active proctype World() {
end:
  do
  :: d_step { (all_files & LISTENER) && !waiting -> waiting = true }
  :: d_step { !parent_gone && !sigterm -> sigterm = true }
  :: d_step { OTHER_SIGNALS && !parent_gone && !sighup -> sighup = true }
  :: d_step { OTHER_SIGNALS && !parent_gone && !sigchld -> sigchld = true }
  :: d_step { !parent_gone -> EndParent(Killed) }
  :: _pid > 0  // nothing, for ever if it likes
  od
}

// The properties.

#define stays(p) (<>[](p))
#define asleep ((Parent@serve || Parent@wait) && !parent_gone)
#define has_connection(i) \
  (child[i] == Reading || child[i] == Serving || child[i] == Idle || child[i] == Lingering)
#define holds_its_own(i) (has_connection(i) -> files[i] == SOCKET(i))
#define any_alive (alive(0) || alive(1) || alive(2))

// Each child that has exited is reaped.
ltl no_zombie_stays {
  !stays(child[0] == Zombie) && !stays(child[1] == Zombie) && !stays(child[2] == Zombie)
}

// Between connections the parent has none open, and the listening socket until it drains; a
// child has its own connection open, and no other file.
ltl no_descriptor_leaks {
  [](asleep -> files[PARENT] == LISTENER * (parent != Draining)) &&
  [](holds_its_own(0) && holds_its_own(1) && holds_its_own(2))
}

// There are never more children than `--max_connections`.
ltl cap_holds {
  [](alive(0) + alive(1) + alive(2) <= MAX_CONNECTIONS)
}

// Each request on a connection that was accepted is answered, or the connection ends.
ltl no_connection_is_lost {
  !stays(owed[0]) && !stays(owed[1]) && !stays(owed[2])
}

// A connection that gets no child gets 503.
ltl refusals_are_answered {
  []((connection[0] == Refused -> !owed[0]) && (connection[1] == Refused -> !owed[1]) &&
     (connection[2] == Refused -> !owed[2]))
}

// The drain ends at its deadline or at a second SIGTERM, whatever clients do.
ltl drain_ends {
  !stays(parent == Draining && (deadline != Never || terminations > 1)) &&
  !stays(parent == Killing)
}

// During the drain no child waits for requests, or answers ever more of them.
ltl told_children_leave {
  !stays(parent == Draining && child[0] == Idle) &&
  !stays(parent == Draining && child[1] == Idle) &&
  !(stays(parent == Draining) && []<>answering(0) && []<>answered(0)) &&
  !(stays(parent == Draining) && []<>answering(1) && []<>answered(1))
}

// The parent leaves after its children; if it is killed, they die.
ltl no_child_survives {
  [](parent == Ended -> !any_alive) && !stays(parent == Killed && any_alive)
}

// A pause ends, and whoever waits is accepted.
ltl accepting_resumes {
  !stays(parent == Paused) && !stays(parent == Accepting && waiting)
}

// Each signal is taken.
ltl signals_are_taken {
  !stays(sigchld) && !stays(sigterm) && !stays(sighup)
}

// Between connections accepted - refused - reaped = active = the children that there are.
ltl counters_add_up {
  [](asleep -> balance == size &&
     size == (child[0] != None) + (child[1] != None) + (child[2] != None))
}
