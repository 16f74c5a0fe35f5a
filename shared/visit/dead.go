package visit

import (
	"net/http"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/web"
)

// dead answers for every link that opens nothing: unknown, expired, replaced,
// or meant for something else.
var dead = &web.Problem{
	Status: http.StatusNotFound,
	Title:  locale.Text{JA: "このリンクは使えません", EN: "This link does not work"},
	Body: locale.Text{
		JA: "リンクが途中で切れているか、期限が過ぎたか、新しいリンクに置き換わっています。メールに書かれたリンクを最後までコピーして開き直すか、新しいリンクを受け取ってください。",
		EN: "It may be cut short, expired, or replaced by a newer one. Please copy the whole link from the mail and open it again, or ask for a new one.",
	},
}

// Dead is the answer for a link that opens nothing. It leads to where new links
// are asked for, once for each experiment.
func (l Links) Dead() error {
	all := l.Experiments.All()
	var next []web.Link
	for _, e := range all {
		link := LinkForm(e)
		if len(all) > 1 {
			link.Text.JA += "(" + e.Short.JA + ")"
			link.Text.EN += " (" + e.Short.EN + ")"
		}
		next = append(next, link)
	}
	return dead.Leading(next...)
}

// LinkForm leads to the page that mails people the link to their private page again.
func LinkForm(e *experiment.Experiment) web.Link {
	return web.Link{Path: "/" + e.ID + "/link", Text: locale.Text{JA: "専用ページのリンクを送る", EN: "Send me my link"}}
}
