package table

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// This page is the whole model. Every item has a partition key `pk` and a sort
// key `sk`; an item that is on a list also has `list` and `at`, the keys of the
// index `lists`, and leaves the list when they are removed.
//
// Everything about one person lies in the person's partition. What must be
// unique across people (an address) or found without knowing the person (a
// receipt) is an item of its own outside, and the profile names its key. An anonymous
// answer is outside, too, and nothing leads from the one to the other.
//
// Lists that grow are spread over shards; a count is a key-only query of each.

// shards is how many parts a list has. It is part of the stored keys: a change
// needs every listed item to be written again.
const shards = 4

// Key is the primary key of an item.
type Key struct {
	PK string `dynamodbav:"pk"`
	SK string `dynamodbav:"sk"`
}

// entry is the key of an item in the index `lists`.
type entry struct {
	List string `dynamodbav:"list,omitempty"`
	At   string `dynamodbav:"at,omitempty"`
}

// profileKey is where a person's name, address and language are.
func profileKey(person string) Key { return Key{part("person", person), "profile"} }

// applicationKey is where a person's application is: one, edited in place.
func applicationKey(person string) Key { return Key{part("person", person), "application"} }

// registrationKey is where a person's registration for a briefing is: one, changed
// in place.
func registrationKey(person string) Key { return Key{part("person", person), "registration"} }

// actKey is where one act of the person is recorded: applying, editing,
// withdrawing, changing the address.
func actKey(person string, at Instant, kind string) Key {
	return Key{part("person", person), part("act", string(at), kind)}
}

// mailKey is where one mail to the person is, with its state.
func mailKey(person, mail string) Key { return Key{part("person", person), part("mail", mail)} }

// surveysKey is how a person stands with the research and its surveys.
func surveysKey(person string) Key { return Key{part("person", person), "surveys"} }

// responseKey is where a person's answers to one wave are.
func responseKey(person, wave string) Key {
	return Key{part("person", person), part("response", wave)}
}

// usedKey notes that a person has answered an anonymous wave. It has no time.
func usedKey(person, wave string) Key { return Key{part("person", person), part("used", wave)} }

// alertKey is where an answer is noted that staff are to look at.
func alertKey(person, wave, item string) Key {
	return Key{part("person", person), part("alert", wave, item)}
}

// alertPrefix begins the sort keys of all that is noted of a person's answers.
func alertPrefix(person string) Key { return Key{part("person", person), part("alert", "")} }

// participationKey is what became of a person after the selection.
func participationKey(person string) Key { return Key{part("person", person), "participation"} }

// hostKey names the person who is the contact of a listing's host. There are as many
// in the partition as an experiment has listings, and the former contacts.
func hostKey(experiment, listing string) Key { return Key{part("hosts", experiment), part(listing)} }

// formerHostKey names a person who was the contact of a listing's host.
func formerHostKey(experiment, listing, person string) Key {
	return Key{part("hosts", experiment), part(listing, person)}
}

// answersKey is where nobody in particular has answered an anonymous wave: the id is
// random, and nothing in the person's partition has it.
func answersKey(experiment, wave, id string) Key {
	return Key{answersPartition(experiment, wave, shard(id)), id}
}

// addressKey is held by the one person of an experiment who has the address.
// The address itself is not in the key.
func addressKey(experiment, comparable string) Key {
	return Key{part("address", experiment, digest(comparable)), "holder"}
}

// receiptKey is the idempotency record of one accepted application.
func receiptKey(experiment, token string) Key {
	return Key{part("receipt", experiment, digest(token)), "receipt"}
}

// registrationReceiptKey is that of one accepted registration for a briefing.
func registrationReceiptKey(experiment, token string) Key {
	return Key{part("receipt", experiment, digest(token)), "registration"}
}

// isReceipt and isRegistrationReceipt tell the receipts among the keys that lie
// outside a person's partition.
func isReceipt(k Key) bool             { return k.SK == "receipt" }
func isRegistrationReceipt(k Key) bool { return k.SK == "registration" && firstPart(k.PK) == "receipt" }

// settingsKey is what staff have set about an experiment at short notice.
func settingsKey(experiment string) Key { return Key{part("settings", experiment), "settings"} }

// seatsKey is where the seats of a briefing are counted out: the next ticket.
func seatsKey(experiment, briefing string) Key {
	return Key{part("briefing", experiment, briefing), "seats"}
}

// ticketKey is a person's place at a briefing, a seat or one on the waiting
// list. There are as many in the partition as a briefing has people.
func ticketKey(experiment, briefing string, number int) Key {
	return Key{part("briefing", experiment, briefing), part("ticket", fmt.Sprintf("%06d", number))}
}

// campaignKey is how far the planning of one mail to many has got.
func campaignKey(experiment, id string) Key { return Key{part("campaign", experiment), id} }

// suspectKey is where a refused post that looked automatic is counted.
func suspectKey(experiment, id string, at Instant) Key {
	return Key{suspectPartition(experiment, shard(id)), part(string(at), id)}
}

// feedbackKey is where a bounce or complaint is counted, by when it happened.
func feedbackKey(mail string, what Arrival, at Instant) Key {
	return Key{feedbackPartition(shard(mail)), part(string(at), string(what), mail)}
}

// lookKey is where one look at the mail is noted, with all others of the day in UTC.
func lookKey(at Instant) Key { return Key{part("look", string(at)[:len("2020-11-02")]), string(at)} }

// alarmKey is where a change of an alarm is noted, with all others of the month in UTC.
func alarmKey(name string, at Instant) Key {
	return Key{part("alarm", string(at)[:len("2020-11")]), part(string(at), name)}
}

// auditKey is where one act of staff is on record. Nothing ever writes there
// again: the id is random.
func auditKey(id string, at Instant) Key {
	return Key{auditPartition(shard(id)), part(string(at), id)}
}

// sendingKey is the switch of all mail: paused by staff or because too much came
// back, or stopped until an instant because SES refused to send at all.
func sendingKey() Key { return Key{"sending", "switch"} }

// personEntry lists a person of an experiment, by when the person came.
func personEntry(experiment, person string, at Instant) entry {
	return entry{personList(experiment, shard(person)), part(string(at), person)}
}

// What a summary counts is said by the entries themselves, so that it is counted by their
// keys alone. Whoever changes such a fact of an item writes its entry anew.

// applicationEntry lists an application of an experiment, by when it came, with the
// listings that the person wishes for.
func applicationEntry(experiment, person string, at Instant, wishes []string) entry {
	place := append([]string{string(at), person}, wishes[:min(len(wishes), mostListed)]...)
	return entry{applicationList(experiment, shard(person)), part(place...)}
}

// withdrawnEntry lists a withdrawn application instead, by when it was withdrawn, with
// when it had come.
func withdrawnEntry(experiment, person string, at, submitted Instant, wishes []string) entry {
	place := append([]string{string(at), person, string(submitted)}, wishes[:min(len(wishes), mostListed)]...)
	return entry{withdrawnList(experiment, shard(person)), part(place...)}
}

// mostListed is how many wishes an entry has at most: a sort key has 1,024 bytes, and
// a listing's id up to 40.
const mostListed = 20

// researchEntry lists how a person stands with the research. All entries of what a
// person is involved in come together, and people by their ids.
func researchEntry(experiment, person string, state ResearchState, consent string, erased bool) entry {
	place := []string{person, involvedResearch, string(state), consent}
	if erased {
		place = append(place, "erased")
	}
	return entry{involvedList(experiment, shard(person)), part(place...)}
}

// participationEntry lists how far a participation has got.
func participationEntry(experiment, person, listing string, step Step) entry {
	return entry{involvedList(experiment, shard(person)), part(person, involvedParticipation, listing, string(step))}
}

// responseEntry lists a response, and since when it is begun or finished.
func responseEntry(experiment, person, round string, done bool, since Instant) entry {
	state := responseBegun
	if done {
		state = responseDone
	}
	return entry{involvedList(experiment, shard(person)), part(person, involvedResponse, round, state, string(since))}
}

// The kinds of entries of what a person is involved in.
const (
	involvedResearch      = "research"
	involvedParticipation = "participation"
	involvedResponse      = "response"

	responseBegun = "begun"
	responseDone  = "done"
)

// dueEntry lists a mail that needs the sender, by the instant from which it does: when it
// is due, or when the lease of the attempt under way ends. However often it is put off,
// it names since when the mail is wanted.
func dueEntry(m Mail, at Instant) entry {
	return entry{dueList(shard(m.ID)), part(string(at), m.ID, m.Experiment, string(m.Kind), string(m.Created))}
}

// lapsingEntry lists a registration among what is due, by when the seat that it was
// offered goes to the next.
func lapsingEntry(person string, at Instant) entry {
	return entry{dueList(shard(person)), part(string(at), person)}
}

// alertEntry lists an answer that staff are to look at, by when it was given.
func alertEntry(experiment, person string, at Instant) entry {
	return entry{alertList(experiment, shard(person)), part(string(at), person)}
}

// seenAlertEntry lists it instead once staff have seen to it. It never leaves that
// list, so that giving the answer again does not put it back on the other.
func seenAlertEntry(experiment, person string, at Instant) entry {
	return entry{part("seen-alerts", experiment, shard(person)), part(string(at), person)}
}

// unknownEntry lists a mail that may or may not have been accepted by SES, by since when.
func unknownEntry(m Mail, at Instant) entry {
	return entry{unknownList(shard(m.ID)), part(string(at), m.ID, m.Experiment, string(m.Kind))}
}

// endedEntry lists a mail that has ended, by when it did, with how, and what it was.
func endedEntry(m Mail, state State, at Instant) entry {
	return entry{endedList(m.Experiment, shard(m.ID)), part(string(at), string(state), string(m.Kind), string(m.Due), m.Occasion)}
}

func personList(experiment, shard string) string { return part("people", experiment, shard) }

func applicationList(experiment, shard string) string {
	return part("applications", experiment, shard)
}

func withdrawnList(experiment, shard string) string {
	return part("withdrawn", experiment, shard)
}

func involvedList(experiment, shard string) string { return part("involved", experiment, shard) }

func dueList(shard string) string { return part("due", shard) }

func unknownList(shard string) string { return part("unknown", shard) }

func endedList(experiment, shard string) string { return part("ended", experiment, shard) }

func alertList(experiment, shard string) string { return part("alerts", experiment, shard) }

func answersPartition(experiment, wave, shard string) string {
	return part("answers", experiment, wave, shard)
}

func suspectPartition(experiment, shard string) string {
	return part("suspect", experiment, shard)
}

func feedbackPartition(shard string) string { return part("feedback", shard) }

func auditPartition(shard string) string { return part("audit", shard) }

// part joins the parts of a key, escaping the separator inside them, so that
// two different lists of parts never make one key.
func part(parts ...string) string {
	escaped := make([]string, len(parts))
	for i, p := range parts {
		escaped[i] = escape.Replace(p)
	}
	return strings.Join(escaped, "#")
}

var escape = strings.NewReplacer("%", "%25", "#", "%23")

// parts takes a key apart again.
func parts(key string) []string {
	all := strings.Split(key, "#")
	for i := range all {
		all[i] = unescape.Replace(all[i])
	}
	return all
}

// firstPart, secondPart and lastPart return one of its parts.
func firstPart(key string) string {
	first, _, _ := strings.Cut(key, "#")
	return unescape.Replace(first)
}

func secondPart(key string) string {
	_, rest, _ := strings.Cut(key, "#")
	return firstPart(rest)
}

func lastPart(key string) string {
	return unescape.Replace(key[strings.LastIndexByte(key, '#')+1:])
}

var unescape = strings.NewReplacer("%23", "#", "%25", "%")

// digest stands for a secret or a personal value in a key.
func digest(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:])
}

// shard spreads ids evenly over the parts of a list.
func shard(id string) string {
	h := fnv.New32a()
	h.Write([]byte(id))
	return fmt.Sprintf("%02d", h.Sum32()%shards)
}

// allShards yields the name of every part of a list.
func allShards(yield func(string) bool) {
	for i := range shards {
		if !yield(fmt.Sprintf("%02d", i)) {
			return
		}
	}
}

// What follows is of the summaries and the results of an experiment. In each of these
// partitions the sort keys of what is told or published begin with a digit, so that the last
// of them is found: see latest.

// staffKey names a person who gets the summaries of an experiment, or did.
func staffKey(experiment, person string) Key { return Key{part("staff", experiment), part(person)} }

// staffRollKey changes with whoever gets the summaries of an experiment.
func staffRollKey(experiment string) Key { return Key{part("staff", experiment), "roll"} }

// summaryKey is where the summary of a scheduled time is.
func summaryKey(experiment string, at Instant) Key {
	return Key{part("summary", experiment), string(at)}
}

// lastSummaryKey says up to when the summaries of an experiment reach.
func lastSummaryKey(experiment string) Key { return Key{part("summary", experiment), "last"} }

// planKey is where the plan of analysis is, once it is frozen.
func planKey(experiment string) Key { return Key{part("plan", experiment), "frozen"} }

// analysisKey is where one analysis is, exact, for staff alone.
func analysisKey(experiment string, at Instant) Key {
	return Key{part("analysis", experiment), string(at)}
}

// releaseKey is where one release is: all that is public of the results, and nothing else
// is in the partition. Whoever shows it may read no other one.
func releaseKey(experiment string, number int) Key {
	return Key{part("release", experiment), fmt.Sprintf("%06d", number)}
}

// basisKey is where staff's knowledge of a release is: whom its figures rest on.
func basisKey(experiment string, number int) Key {
	return Key{part("basis", experiment), fmt.Sprintf("%06d", number)}
}

// attributes is the key as DynamoDB takes it.
func (k Key) attributes() map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: k.PK},
		"sk": &types.AttributeValueMemberS{Value: k.SK},
	}
}
