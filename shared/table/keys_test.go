package table

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/go-cmp/cmp"
)

// The chart of all items: where each lies, and on which list it is.
func Example_keys() {
	const (
		experiment = "shiojiri-2020"
		person     = "ada"
		mail       = "m-1"
		at         = Instant("2020-11-02T00:00:00.000Z")
		later      = Instant("2020-11-03T00:00:00.000Z")
	)
	wishes := []string{"job-2", "job-1"}
	invitation := Mail{ID: mail, Experiment: experiment, Kind: "survey-invitation", Occasion: "mid open", Created: at, Due: at}
	chart := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	row := func(item string, k Key, e entry) {
		pk := strings.Replace(k.PK, digest("secret"), "(digest)", 1)
		fmt.Fprintln(chart, strings.TrimRight(strings.Join([]string{item, pk, k.SK, e.List, e.At}, "\t"), "\t"))
	}
	row("ITEM", Key{"PK", "SK"}, entry{"LIST", "AT"})
	row("profile", profileKey(person), personEntry(experiment, person, at))
	row("application", applicationKey(person), applicationEntry(experiment, person, at, wishes))
	row("… withdrawn", applicationKey(person), withdrawnEntry(experiment, person, later, at, wishes))
	row("registration", registrationKey(person), entry{})
	row("… offered", registrationKey(person), lapsingEntry(person, at))
	row("surveys", surveysKey(person), researchEntry(experiment, person, Agreed, "2", false))
	row("… erased", surveysKey(person), researchEntry(experiment, person, LeftResearch, "2", true))
	row("… of a host", surveysKey(person), entry{})
	row("response", responseKey(person, "mid"), responseEntry(experiment, person, "mid", false, at))
	row("… finished", responseKey(person, "mid"), responseEntry(experiment, person, "mid", true, at))
	row("used", usedKey(person, "briefing-b1"), entry{})
	row("alert", alertKey(person, "mid", "L3"), alertEntry(experiment, person, at))
	row("… seen", alertKey(person, "mid", "L3"), seenAlertEntry(experiment, person, at))
	row("participation", participationKey(person), participationEntry(experiment, person, "job-1", StepStarted))
	row("act", actKey(person, at, "edited"), entry{})
	row("mail", mailKey(person, mail), dueEntry(invitation, at))
	row("… in doubt", mailKey(person, mail), unknownEntry(invitation, at))
	row("… ended", mailKey(person, mail), endedEntry(invitation, Sent, later))
	row("address", addressKey(experiment, "secret"), entry{})
	row("receipt", receiptKey(experiment, "secret"), entry{})
	row("… of a registration", registrationReceiptKey(experiment, "secret"), entry{})
	row("seats", seatsKey(experiment, "b1"), entry{})
	row("ticket", ticketKey(experiment, "b1", 12), entry{})
	row("host", hostKey(experiment, "job-1"), entry{})
	row("… former", formerHostKey(experiment, "job-1", "bob"), entry{})
	row("answers", answersKey(experiment, "briefing-b1", "r-1"), entry{})
	row("settings", settingsKey(experiment), entry{})
	row("campaign", campaignKey(experiment, "briefing-reminder b1"), entry{})
	row("suspect", suspectKey(experiment, "s-1", at), entry{})
	row("feedback", feedbackKey(mail, Bounced, at), entry{})
	row("look", lookKey(at), entry{})
	row("alarm", alarmKey("RemindErrors", at), entry{})
	row("audit", auditKey("a-1", at), entry{})
	row("switch", sendingKey(), entry{})
	row("staff", staffKey(experiment, person), entry{})
	row("… all of it", staffRollKey(experiment), entry{})
	row("summary", summaryKey(experiment, at), entry{})
	row("… the last", lastSummaryKey(experiment), entry{})
	row("plan", planKey(experiment), entry{})
	row("analysis", analysisKey(experiment, at), entry{})
	row("release", releaseKey(experiment, 1), entry{})
	row("… its basis", basisKey(experiment, 1), entry{})
	chart.Flush()
	// Output:
	// ITEM                 PK                                    SK           LIST                           AT
	// profile              person#ada                            profile      people#shiojiri-2020#03        2020-11-02T00:00:00.000Z#ada
	// application          person#ada                            application  applications#shiojiri-2020#03  2020-11-02T00:00:00.000Z#ada#job-2#job-1
	// … withdrawn          person#ada                            application  withdrawn#shiojiri-2020#03     2020-11-03T00:00:00.000Z#ada#2020-11-02T00:00:00.000Z#job-2#job-1
	// registration         person#ada                            registration
	// … offered            person#ada                            registration  due#03                     2020-11-02T00:00:00.000Z#ada
	// surveys              person#ada                            surveys       involved#shiojiri-2020#03  ada#research#agreed#2
	// … erased             person#ada                            surveys       involved#shiojiri-2020#03  ada#research#withdrawn#2#erased
	// … of a host          person#ada                            surveys
	// response             person#ada                            response#mid  involved#shiojiri-2020#03  ada#response#mid#begun#2020-11-02T00:00:00.000Z
	// … finished           person#ada                            response#mid  involved#shiojiri-2020#03  ada#response#mid#done#2020-11-02T00:00:00.000Z
	// used                 person#ada                            used#briefing-b1
	// alert                person#ada                            alert#mid#L3   alerts#shiojiri-2020#03       2020-11-02T00:00:00.000Z#ada
	// … seen               person#ada                            alert#mid#L3   seen-alerts#shiojiri-2020#03  2020-11-02T00:00:00.000Z#ada
	// participation        person#ada                            participation  involved#shiojiri-2020#03     ada#participation#job-1#started
	// act                  person#ada                            act#2020-11-02T00:00:00.000Z#edited
	// mail                 person#ada                            mail#m-1  due#02                  2020-11-02T00:00:00.000Z#m-1#shiojiri-2020#survey-invitation#2020-11-02T00:00:00.000Z
	// … in doubt           person#ada                            mail#m-1  unknown#02              2020-11-02T00:00:00.000Z#m-1#shiojiri-2020#survey-invitation
	// … ended              person#ada                            mail#m-1  ended#shiojiri-2020#02  2020-11-03T00:00:00.000Z#sent#survey-invitation#2020-11-02T00:00:00.000Z#mid open
	// address              address#shiojiri-2020#(digest)        holder
	// receipt              receipt#shiojiri-2020#(digest)        receipt
	// … of a registration  receipt#shiojiri-2020#(digest)        registration
	// seats                briefing#shiojiri-2020#b1             seats
	// ticket               briefing#shiojiri-2020#b1             ticket#000012
	// host                 hosts#shiojiri-2020                   job-1
	// … former             hosts#shiojiri-2020                   job-1#bob
	// answers              answers#shiojiri-2020#briefing-b1#03  r-1
	// settings             settings#shiojiri-2020                settings
	// campaign             campaign#shiojiri-2020                briefing-reminder b1
	// suspect              suspect#shiojiri-2020#00              2020-11-02T00:00:00.000Z#s-1
	// feedback             feedback#02                           2020-11-02T00:00:00.000Z#bounced#m-1
	// look                 look#2020-11-02                       2020-11-02T00:00:00.000Z
	// alarm                alarm#2020-11                         2020-11-02T00:00:00.000Z#RemindErrors
	// audit                audit#02                              2020-11-02T00:00:00.000Z#a-1
	// switch               sending                               switch
	// staff                staff#shiojiri-2020                   ada
	// … all of it          staff#shiojiri-2020                   roll
	// summary              summary#shiojiri-2020                 2020-11-02T00:00:00.000Z
	// … the last           summary#shiojiri-2020                 last
	// plan                 plan#shiojiri-2020                    frozen
	// analysis             analysis#shiojiri-2020                2020-11-02T00:00:00.000Z
	// release              release#shiojiri-2020                 000001
	// … its basis          basis#shiojiri-2020                   000001
}

func TestKeysKeepTheirPartsApart(t *testing.T) {
	t.Parallel()
	if a, b := part("a#b", "c"), part("a", "b#c"); a == b {
		t.Errorf("two lists of parts make one key: %q", a)
	}
	for _, want := range []string{"plain", "with#hash", "with%23", "%", "#", ""} {
		key := part(want, want)
		if got := [2]string{firstPart(key), lastPart(key)}; got != [2]string{want, want} {
			t.Errorf("%q comes back as %q", want, got)
		}
		if diff := cmp.Diff([]string{want, want}, parts(key)); diff != "" {
			t.Errorf("%q (-want +got)\n%s", want, diff)
		}
	}
}

func TestListedItemsCarryTheKeysOfTheirList(t *testing.T) {
	t.Parallel()
	item, err := attributevalue.MarshalMap(Application{
		Key: applicationKey("p"), entry: applicationEntry("x", "p", "2020-11-02T00:00:00.000Z", []string{"job-1"}),
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{"pk": text(item["pk"]), "sk": text(item["sk"]), "list": text(item["list"]), "at": text(item["at"])}
	want := map[string]string{
		"pk": "person#p", "sk": "application", "list": "applications#x#" + shard("p"), "at": "2020-11-02T00:00:00.000Z#p#job-1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
