/* SPDX-License-Identifier: MIT */
#ifndef TAPEMAP_STATUS_H
#define TAPEMAP_STATUS_H

/*
 * One list makes the enumeration, the names and the sentences (tapemap_status_name,
 * tapemap_status_text). Each row: name, value, what is wrong, what to do.
 */
#define TAPEMAP_STATUS_LIST(X)                                                                   \
    X(OK, 0, "success", "nothing needs to be done")                                              \
    X(E_ARGUMENT, -1, "an argument is missing or out of range", "see tapemap.h for its limits")  \
    X(E_MEMORY, -2, "the program ran out of memory", "close other programs")                     \
    X(E_NO_DECK, -3, "no deck of that name has a tape", "see 'tapemap list' for the decks")      \
    X(E_NO_TAPE, -4, "no tape of that id exists any more",                                       \
      "a tape lives as long as its recorder or a reader holds it; see 'tapemap list'")           \
    X(E_DENIED, -5, "access is denied", "run as a user whom the recorder admits")                \
    X(E_FOREIGN, -6, "it was written with another layout",                                       \
      "use the tapemap version that the recorder uses")                                          \
    X(E_CORRUPT, -7, "its control block contradicts itself",                                     \
      "do not trust this tape; stop its recorder and start a new one")                           \
    X(E_NOT_YET, -8, "that position is not recorded yet", "wait for it, or read before the head") \
    X(E_OVERWRITTEN, -9, "that position has left the ring", "read nearer to the head")           \
    X(E_TIMEOUT, -10, "nothing new came in the time given", "try again, or look at its state")   \
    X(E_ENDED, -11, "the tape has ended", "nothing follows; read what there is")                 \
    X(E_STALLED, -12, "the recorder has not moved for seconds", "see whether it still runs")     \
    X(E_SYNTAX, -13, "the text is not understood", "see --help for what is accepted")            \
    X(E_FULL, -14, "there is no room left", "stop a deck, or give it more room")                 \
    X(E_BUSY, -15, "it is in use", "stop the other user first, or choose another name")          \
    X(E_COMMIT_LIMIT, -16, "the system's commit limit is reached",                               \
      "enlarge the pagefile, or record into a ring")                                             \
    X(E_UNSUPPORTED, -17, "this system or build cannot do it", "see README, Caveats")            \
    X(E_SYSTEM, -18, "the operating system refused",                                             \
      "try again; if it stays, report what you did")                                             \
    X(E_DATA, -19, "the data are not what they should be", "check the file or the stream")       \
    X(E_LOST, -20, "the source went away", "reconnect the device and record again")              \
    X(E_DISK_FULL, -21, "the disk is full", "make room, or use another disk")                     \
    X(E_NO_FILE, -22, "there is no such file", "see whether the path is right")                  \
    X(E_FORMAT, -23, "the file holds no tape", "give one that tapemapd recorded")                \
    X(E_UNTRUSTED, -24, "it was made by a user who is not to be trusted",                        \
      "find out which program of his runs, and end it")                                          \
    X(E_NO_MARK, -25, "no mark has that label", "see 'tapemap marks' for those that there are")  \
    X(E_OUTSIDE, -26, "the tape cannot hold anything there",                                     \
      "see 'tapemap info' for when it was recorded and how much fits")

enum tapemap_status {
#define TAPEMAP_STATUS_MEMBER(name, value, wrong, remedy) TAPEMAP_##name = (value),
    TAPEMAP_STATUS_LIST(TAPEMAP_STATUS_MEMBER)
#undef TAPEMAP_STATUS_MEMBER
};

#endif
