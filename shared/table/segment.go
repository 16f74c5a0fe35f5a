package table

import "livinglab/shared/mail"

// Segment is the one opaque part of a link's address: it names the person and
// the mail, and carries the token that opens it. All three have a fixed width.
type Segment struct {
	Person string
	Mail   string
	Token  string
}

const (
	personWidth = 26 // 130 random bits in base32
	mailWidth   = 22 // 128 bits in base64url
	tokenWidth  = 26
)

// Path is the address under the site at which a link with the purpose leads.
func (s Segment) Path(purpose mail.Purpose) string {
	switch purpose {
	case mail.ConfirmAddress:
		return ConfirmPath + s.String()
	case mail.Join:
		return JoinPath + s.String()
	case mail.Unsubscribe:
		return UnsubscribePath + s.String()
	case mail.OpenSurvey:
		return SurveyPath + s.String()
	}
	return PrivatePath + s.String()
}

// Where links lead. Each is followed by a segment.
const (
	PrivatePath     = "/me/"
	ConfirmPath     = "/confirm/"
	JoinPath        = "/join/"
	UnsubscribePath = "/unsubscribe/"
	SurveyPath      = "/survey/"
)

// String is the segment as it stands in a link.
func (s Segment) String() string { return s.Person + s.Mail + s.Token }

// ParseSegment takes a segment apart; ErrNotFound for anything else.
func ParseSegment(text string) (Segment, error) {
	if len(text) != personWidth+mailWidth+tokenWidth {
		return Segment{}, ErrNotFound
	}
	return Segment{
		Person: text[:personWidth],
		Mail:   text[personWidth : personWidth+mailWidth],
		Token:  text[personWidth+mailWidth:],
	}, nil
}
