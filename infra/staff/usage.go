package main

const usage = `usage: go run ./infra/staff COMMAND [EXPERIMENT] [FLAG ...]

Files, as CSV on standard output. A person has one id in all of them; names and addresses are
in people, hosts and staff alone:
  applications EXPERIMENT        one row for each application, and what became of the person:
                                 offer, acceptance, start, end
  registrations EXPERIMENT       one row for each person and briefing
  people EXPERIMENT              the names and addresses of everybody, also of who has not applied
  hosts EXPERIMENT               the names and addresses of the hosts' contacts
  staff EXPERIMENT               the names and addresses of who gets the summaries
  mails EXPERIMENT [-unfinished] every mail and what became of it; -unfinished: what has not ended
  work EXPERIMENT                the mails that wait for you: in doubt for 15 minutes, failed,
                                 held back, come back, complained of
  suppressed EXPERIMENT          whose address takes no mail, and why
  suspects EXPERIMENT            refused posts that looked automatic
  audit                          what staff exported, turned and decided
  codebook EXPERIMENT FILE       one row for each column of a file: its name, what it is, the
                                 question as it was asked, and what its values mean. FILE is the
                                 name of any command above and below that writes a file of an
                                 experiment, but for suspects

Files of the surveys:
  waves EXPERIMENT               who has not answered: one row for each person and survey with
                                 invited, delivered, reminded, started, done, bounced, withdrawn
                                 and the times; the hosts' contacts too. Anonymous surveys have
                                 no row: nobody can say who has answered
  answers EXPERIMENT             one row for each person: all answers and scores. pre.D1 is the
                                 answer to question D1 in the survey pre; pre.D1.v2 the answer to
                                 the question's second version
  answers-long EXPERIMENT        the same answers, one row for each, without scores
  host-answers EXPERIMENT        what the hosts' contacts answered, one row for each contact
  anonymous-answers EXPERIMENT   one row for each answer to an anonymous survey, such as the one
                                 after a briefing, in random order: nobody can say whose it is
  alerts EXPERIMENT              answers that say that somebody may be under strain

  answers and answers-long hold whoever agrees to take part in the research, and whoever left it
  or withdrew and let the answers stay. Nobody is in them who was not asked yet, declined, or had
  the answers erased. What people wrote in their own words stands there as they wrote it: it may
  name people, and is for staff alone. So are the alerts: no host learns of an answer.

What becomes of a person. Nothing of this mails anybody: tell the person yourself. PERSON is an
id from the files or a reference such as R7QXM-00001. Doing it twice is doing it once.
  offer PERSON LISTING [-until WHEN]
                                 offer a side job. Until the end of that day, or until that time;
                                 the file's rule if it is left out
  accept PERSON                  the person accepted the offer, in time
  start PERSON [-day DAY]        the person started: from then on one of the participants (T), who
                                 get the surveys of participants. The file's first day if left out
  end-early PERSON -day DAY -reason "WORDS"
                                 the person stopped before the end, and still gets the surveys
  complete PERSON [-day DAY]     the person went on to the end: the file's last day if left out
  alert-seen PERSON SURVEY QUESTION
                                 take an alert off the list, because you have seen to it

Hosts:
  host EXPERIMENT LISTING ADDRESS "FAMILY-NAME GIVEN-NAME" [-lang en]
                                 say who answers for the host of a side job, or give the contact
                                 there is another name, address or language. Mails go out in
                                 Japanese unless -lang says en

Summaries, which are mailed to staff on the days that the experiment's file says. Without
anybody to get them, none are written:
  add-staff EXPERIMENT ADDRESS "FAMILY-NAME GIVEN-NAME" [-lang en]
                                 have them sent to somebody, or give somebody who gets them another
                                 name or language. Doing it twice is doing it once
  remove-staff EXPERIMENT PERSON send somebody no more. PERSON is an id from the file staff
  summary EXPERIMENT             print the numbers of the last one

Results. Whatever is computed follows the frozen plan, and nothing is public before release:
  freeze EXPERIMENT              freeze the plan of analysis now, as the file has it, once. By itself it
                                 is frozen on the day before the survey opens that the plan names. A
                                 second time says in what the file differs from it since
  analyze EXPERIMENT             analyze the surveys that have closed, now. By itself that is done once a
                                 survey has closed. Each time is one more analysis; the last counts
  analysis EXPERIMENT            the last analysis as a file: all figures, exact, for staff alone
  release EXPERIMENT [-dry FILE] publish what may be shown of the last analysis. It shows what will be
                                 public, what will not and why, and what is otherwise than before, and
                                 asks. A release stays as it is for ever; the next one stands beside it.
                                 An analysis whose plan was not frozen is refused: freeze, then analyze;
                                 and so is one before the surveys have closed that the plan compares
                                 first: what is shown too early could hide their answer for ever.
                                 -dry publishes nothing and writes results.json, results.csv or
                                 codebook.csv to standard output
  releases EXPERIMENT            what was published, as a file: one row for each release

Briefings:
  settings EXPERIMENT            what is set of them, and what people have been told
  set EXPERIMENT KEY=VALUE ...   change it. KEY is b1.start, b1.end, b1.cancelled or b1.room.
                                 Times are 2020-11-07T19:30:00+09:00 or "2020-11-07 19:30" in the
                                 experiment's zone, nothing for the file's; cancelled is yes or no;
                                 a room is an https address, nothing takes it away. It shows what
                                 will be and which mails that causes, and asks before it does it.

One mail, one person, by their ids in these files:
  send-again PERSON MAIL         send it once more; it asks, because it may arrive twice
  treat-as-sent PERSON MAIL      take a mail in doubt for sent
  address PERSON NEWADDRESS      correct an address; it says which mails go again, and asks

All mail of all experiments:
  pause                          hold it back
  resume                         let it leave again
  status                         say whether it may leave, how much is due, and when that is done;
                                 how many people get the summaries of each experiment, and in
                                 which one somebody may be under strain
  replay EXPERIMENT ...          after the table was restored to an earlier moment, with mail paused:
                                 read the logs of functions/remind and functions/feedback from
                                 standard input, and note what has left since

Flags:
  -yes          do it without asking: every command that changes something about people, hosts,
                briefings, mails, summaries or results asks before it does it, but for treat-as-sent
  -until WHEN   2020-12-20 for the end of that day, or a time as for set
  -day DAY      a day such as 2021-01-04
  -excel        for Excel: a byte order mark, CRLF, and an apostrophe before each value that
                begins, after spaces, with = + - @ (half or full width), a tab or a carriage
                return, or with an apostrophe. Take one leading apostrophe away to have the value
                as it was. Excel shows 01 as 1; the raw file and the codebook have it.
  -table NAME   the table, if TABLE is not set: the stack's output TableName
  -local URL    the stack on this machine, whose clock counts then: URL is the site's address,
                http://localhost:8080. No account is needed. The address of a DynamoDB Local does
                too, with the table Table unless -table or TABLE names another, and this
                machine's clock.

Region and credentials are those of the AWS CLI (AWS_PROFILE, AWS_REGION, ...).
An entry of the audit is written before anything is printed or turned, and together with
what is changed.
`
