// Package web serves HTTP on Lambda: plain net/http handlers behind an API
// Gateway HTTP API, with pages that work without JavaScript, in Japanese first
// and in English.
//
// A function has its pages, a mux, and one line that joins them:
//
//	//go:embed templates
//	var templates embed.FS
//
//	pages := web.NewPages(templates, lab)
//	mux := http.NewServeMux()
//	mux.HandleFunc("GET /{experiment}/apply", h.form)
//	mux.HandleFunc("POST /{experiment}/applications", h.submit)
//	lambda.Start(web.Handler(pages, mux))
//
// Handler gives every answer its security headers, answers 404, 405 (with
// Allow), 413 and panics with designed pages or JSON, drops the body of HEAD,
// and adds an ETag to what Public makes cacheable. Everything else is no-store
// and not indexed. Forms lead to the site itself, unless LeadAway lets them leave.
// A GET pattern of the mux covers HEAD; a function should own all methods of its
// paths, so that a wrong method is told which ones are right.
//
// # Requests
//
// Now is the instant at which the gateway took the request, and the only clock.
// Lang is ?lang=, the cookie, Accept-Language, or Japanese. WantsJSON tells the clients of the API from people. ReadForm and
// ReadBody read what was posted, which is never more than MaxBody.
//
// # Pages
//
// templates/NAME.html defines "content" (templates/parts/*.html define parts
// for all pages of the function) and is shown by
//
//	h.pages.Show(w, r, http.StatusOK, "form", web.Page{
//		Title:  locale.Text{JA: "お申し込み", EN: "Apply"},
//		Up:     web.Link{Path: "/" + e.ID, Text: e.Short},
//		Errors: errs, // their summary stands on top, and the title says so
//		Data:   view,
//	})
//
// The dot of every template is a View: .Data is the page's own, and
//
//	{{.T "お申し込み" "Apply"}}            one text, both languages side by side
//	{{.T "%d件" "%d found" .Data.N}}      with arguments, as fmt has them
//	{{.In .Data.Title}}                   a locale.Text of the data
//	{{.Deadline .Data.Close}}             also Instant, Span, Day, Number
//	{{template "field" (.With .Data.F)}}  a part, which finds F in its .Data
//
// Within range and with, write $ for the view: {{$.In .Label}}. A page's
// heading is its own: <h1>{{.In .Title}}</h1>. webtest.CheckTexts fails for a
// text without its other language.
//
// Parts, each called with the view .With its data:
//
//	field        Field: all kinds of question, with label, hint, remark, error
//	errors       Page.Errors (the layout shows it; no need to call it)
//	steps        Step: 入力 → 確認 → 完了
//	summary      []Row: the answers, each with its way back
//	hidden       []Hidden: values carried along
//	trap         a string: the name of a field that only programs fill in
//	notice       Notice: info, warning or success
//	provisional  the tag 仮 (any data)
//
// Classes for what is written by hand: button with button-quiet or
// button-warning, button-link, actions (a row of them); facts (a dl of
// div/dt/dd); entries (a list of titled entries); timeline; receipt, reference;
// table in a div.scroll; lead, quiet, eyebrow, tag, state, onward (a
// paragraph whose link stands for itself), unseen (for screen readers only).
//
// # Forms
//
// Write <form method="post" action="..." novalidate>: the server's words, told
// all at once, are better than the browser's one at a time. A form has one
// submit button before any other, because Enter in a text field presses the
// first; with a confirmation step behind it an Enter too many sends nothing.
// (Browsers do not submit on the Enter that ends a conversion by an input
// method; only scripts that watch keys do, and there are none.)
//
// A form is Sections of fields. Filled lays what was typed and what is wrong over
// them, Answers lists them on the confirmation, and Carried posts them on. A button
// named Back leads from there to a field.
//
// An answer to a POST has no address of its own, so the page offers no other
// language there unless Page.Self names an address that shows the same.
//
// A page that Keeps brings the one script there is: it saves a form with data-keep while
// it is filled in, by posting it with go=keep to its own address, and says in the form's
// role=status whether that worked: data-kept for 204, the words of a text/plain answer,
// data-lost for all else. Everything works without it.
//
// # Errors
//
// Answer ends a route whose errors are answered by Fail. SendAgain keeps what was
// posted while it cannot be worked on. Origins say which other sites may post.
//
// Fail answers with an error and is the one place that maps errors to HTTP:
// a *Problem has its status and words in both languages, and with Leading the
// ways on from it; Errors are the mistakes in a form (422); everything else is a
// logged 500. Handlers show their own form again for Errors and pass the rest to
// Fail. JSON clients get {"errors":{field:message}}; a problem of the whole
// request is under "request".
package web
