package sending

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Verdict is what became of a request, in the terms of what to do next.
type Verdict string

const (
	Accepted      Verdict = "accepted"       // SES has the mail and named it
	Throttled     Verdict = "throttled"      // too fast: again in seconds, slower; not an attempt
	QuotaExceeded Verdict = "quota-exceeded" // too many in 24 hours: stop, again in an hour
	Stopped       Verdict = "stopped"        // the account or its configuration does not send: stop, nothing is wrong with the mail
	Rejected      Verdict = "rejected"       // SES will never take this mail
	Refused       Verdict = "refused"        // nothing was written: again, as if nothing had happened
	Unknown       Verdict = "unknown"        // SES may have the mail: never again without a person's decision
)

// Outcome is what became of one request.
type Outcome struct {
	Verdict   Verdict
	MessageID string // SES's name for the mail, if accepted
	Code      string // SES's code for the error, if it gave one
	Reason    string // in words, without addresses: for staff and logs
}

// stops are the codes that tell of the account and its configuration: whatever
// mail comes next fares the same. The names are those of the SES API reference
// (SendRawEmail, and "Common Errors"), in both spellings where SES is seen to
// use either: AccessDenied and AccessDeniedException
// (emfoundation/ce100-app#572, symfony/symfony#51461), InvalidClientTokenId
// (django-ses/django-ses#283).
var stops = map[string]bool{
	"AccountSendingPausedException":          true,
	"ConfigurationSetDoesNotExist":           true,
	"ConfigurationSetDoesNotExistException":  true,
	"ConfigurationSetSendingPausedException": true,
	"MailFromDomainNotVerifiedException":     true,
	"FromEmailAddressNotVerifiedException":   true,
	"ProductionAccessNotGrantedException":    true,
	"AccessDenied":                           true,
	"AccessDeniedException":                  true,
	"NotAuthorized":                          true,
	"OptInRequired":                          true,
	"InvalidClientTokenId":                   true,
	"UnrecognizedClientException":            true,
	"MissingAuthenticationToken":             true,
	"MissingAuthenticationTokenException":    true,
	"IncompleteSignature":                    true,
	"InvalidSignatureException":              true,
	"SignatureDoesNotMatch":                  true,
	"ExpiredToken":                           true,
	"ExpiredTokenException":                  true,
	"RequestExpired":                         true,
}

// throttles are the codes of being too fast or too many. SES answers
// Throttling, which its own reference does not list
// (awsdocs/amazon-ses-developer-guide#60, aws/aws-sdk#76); the developer guide
// calls it ThrottlingException.
var throttles = map[string]bool{
	"Throttling":               true,
	"ThrottlingException":      true,
	"TooManyRequestsException": true,
}

// rejects are the codes that tell of this one mail.
var rejects = map[string]bool{
	"MessageRejected":             true,
	"InvalidParameterValue":       true,
	"InvalidParameterCombination": true,
	"ValidationError":             true,
	"ValidationException":         true,
}

// Two codes stand for different things which AWS tells apart only in the text;
// nowhere else is a text matched. Both are matched on the words that the
// developer guide prints ("Errors related to the sending quotas", "Amazon SES
// email sending errors") and that were seen in the wild.
const dailyQuota = "quota exceeded" // "Daily message quota exceeded.", also "Daily sending quota exceeded"

// stoppingRejections are MessageRejected for reasons that are not the mail's:
// "Email address is not verified. The following identities failed the check in
// region ..." for a sender, and in the sandbox for a recipient
// (mettle/sendportal#94, danilop/LambdAuth#64), "Sending paused for this
// account. For more information, ..." (GoodDollar/GoodServer#419), "Account is
// paused", "Sending suspended for this account".
var stoppingRejections = []string{"not verified", "paused", "suspended"}

// classify says what a failed request means. A request that was never written
// is surely not accepted, nor is one that SES itself answers with an error of
// the 400s. All else is doubt, and so is every 5xx: SES may have taken the mail
// before it failed.
func classify(err error, onTheWire bool) Outcome {
	// The SDK makes up a response, without a status, where there was none.
	response, answered := errors.AsType[*smithyhttp.ResponseError](err)
	answered = answered && response.HTTPStatusCode() != 0
	if !answered && !onTheWire {
		if _, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok || canceled(err) {
			return Outcome{Verdict: Refused, Reason: "no connection to SES"}
		}
		// It failed before there was anything to connect for: no
		// credentials, no region.
		return Outcome{Verdict: Stopped, Reason: "the request could not be made: credentials or configuration"}
	}
	if !answered {
		return Outcome{Verdict: Unknown, Reason: "no answer"}
	}
	answer, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return Outcome{Verdict: Unknown, Reason: "an answer that cannot be read"}
	}
	code, message := answer.ErrorCode(), answer.ErrorMessage()
	outcome := Outcome{Verdict: Unknown, Code: code, Reason: code + ": " + anonymous(message)}
	lower := strings.ToLower(message)
	switch status := response.HTTPStatusCode(); {
	case status < 400 || status > 499:
	case throttles[code] && strings.Contains(lower, dailyQuota):
		outcome.Verdict = QuotaExceeded
	case throttles[code]:
		outcome.Verdict = Throttled
	case stops[code]:
		outcome.Verdict = Stopped
	case code == "MessageRejected" && containsAny(lower, stoppingRejections):
		outcome.Verdict = Stopped
	case rejects[code]:
		outcome.Verdict = Rejected
	}
	return outcome
}

func canceled(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func containsAny(text string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// anonymous takes the addresses out of SES's words: it repeats the recipient's
// in "The following identities failed the check", and reasons are logged.
func anonymous(message string) string {
	words := strings.Fields(message)
	for i, word := range words {
		if strings.Contains(word, "@") {
			words[i] = "[address]"
		}
	}
	text := []rune(strings.Join(words, " "))
	if len(text) > reasonLimit {
		text = append(text[:reasonLimit], '…')
	}
	return string(text)
}

// reasonLimit keeps a reason short enough to be stored with a mail.
const reasonLimit = 300
