package infra

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	_ "time/tzdata" // the zone's name is judged alike on every machine

	"livinglab/shared/table"
)

// findings collects what is wrong.
type findings []string

func (f *findings) unless(ok bool, format string, args ...any) {
	if !ok {
		*f = append(*f, fmt.Sprintf(format, args...))
	}
}

// same compares with the value that the JSON text describes.
func (f *findings) same(what string, got any, want string) {
	var parsed any
	if err := json.Unmarshal([]byte(want), &parsed); err != nil {
		parsed = want
	}
	f.unless(text(got) == text(parsed), "%s is %s, not %s", what, text(got), text(parsed))
}

// rules is what must be true of the template, and what no linter looks at.
var rules = []struct {
	name  string
	holds func(template, *findings)
}{
	{"the table keeps what it holds", tableKeeps},
	{"the table has the keys of the model", tableKeys},
	{"every function is deployed, and built alike", functionsBuilt},
	{"a route is closed unless it says otherwise", routesClosed},
	{"the public routes are the listed ones", routesListed},
	{"every address reaches its function", addressesReached},
	{"every route has a budget", routesBudgeted},
	{"no origin is allowed unnamed", originsNamed},
	{"the access log names nobody", accessLogAnonymous},
	{"every function has a role of its own", rolesOwn},
	{"a role has exactly what its function needs", rolesExact},
	{"mail leaves from one address only", senderFixed},
	{"the site reads nothing of a person", sitePublic},
	{"what summarizes writes its own notes alone", notesAlone},
	{"every function has its environment", environment},
	{"nothing refers in a circle", noCircle},
	{"logs are kept as long as they are needed", logsKept},
	{"schedules are of this stack and in the lab's zone", schedulesZoned},
	{"the minute's tick is never repeated", tickOnce},
	{"a new mail wakes the sender", newMailWakes},
	{"an hour is tried again until it is done", hourRepeated},
	{"what alarms tell reaches the summary", alarmsHeard},
	{"what fails is kept and rings", failuresKept},
	{"SES alone tells what became of mails", topicGuarded},
	{"what SES tells reaches the ledger", feedbackHeard},
	{"alarms ring for what matters", alarmsRing},
	{"what the functions log is counted, and rings", logCounted},
	{"two stacks fit in one account", noFixedNames},
	{"a fresh account can deploy", freshAccount},
	{"the example's addresses cannot be deployed", examplesRefused},
	{"the mail's reputation is watched", reputationWatched},
	{"the outputs tell where things are", outputs},
}

func tableKeeps(t template, f *findings) {
	f.same("the number of tables", len(t.ofType("AWS::DynamoDB::Table")), "1")
	p := t.properties("Table")
	f.same("BillingMode", p["BillingMode"], "PAY_PER_REQUEST")
	f.same("PITR", p["PointInTimeRecoverySpecification"], `{"PointInTimeRecoveryEnabled":true}`)
	f.same("deletion protection", p["DeletionProtectionEnabled"], "true")
	f.same("encryption", at(p, "SSESpecification", "SSEEnabled"), "true")
	f.same("TTL", p["TimeToLiveSpecification"], `{"AttributeName":"expires","Enabled":true}`)
	f.same("DeletionPolicy", t.at("Resources", "Table", "DeletionPolicy"), "Retain")
	f.same("UpdateReplacePolicy", t.at("Resources", "Table", "UpdateReplacePolicy"), "Retain")
}

func tableKeys(t template, f *findings) {
	p := t.properties("Table")
	f.same("KeySchema", p["KeySchema"], `[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]`)
	f.same("AttributeDefinitions", p["AttributeDefinitions"], `[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"},
		{"AttributeName":"list","AttributeType":"S"},{"AttributeName":"at","AttributeType":"S"}]`)
	f.same("the indexes", p["GlobalSecondaryIndexes"], `[{"IndexName":"lists","Projection":{"ProjectionType":"KEYS_ONLY"},
		"KeySchema":[{"AttributeName":"list","KeyType":"HASH"},{"AttributeName":"at","KeyType":"RANGE"}]}]`)
	f.same("the stream", p["StreamSpecification"], `{"StreamViewType":"KEYS_ONLY"}`)
}

func functionsBuilt(t template, f *findings) {
	var deployed []string
	for _, id := range t.functions() {
		p := t.properties(id)
		folder := strings.Trim(text(p["CodeUri"]), "/")
		deployed = append(deployed, folder)
		f.unless(strings.EqualFold(filepath.Base(folder)+"Function", id), "%s is built from %s", id, folder)
		f.same(id+"'s runtime", p["Runtime"], "provided.al2023")
		f.same(id+"'s architecture", p["Architectures"], `["arm64"]`)
		f.same(id+"'s handler", p["Handler"], "bootstrap")
		f.same(id+"'s build", t.at("Resources", id, "Metadata"), `{"BuildMethod":"go1.x","BuildProperties":{"TrimGoPath":true}}`)
		f.unless(number(p["MemorySize"]) >= 128, "%s does not say how much memory it has", id)
		timeout, limit := number(p["Timeout"]), 60.0
		switch {
		case len(t.events(id, "HttpApi")) > 0:
			limit = 29 // the gateway gives up after 30 s, and then nobody gets a page
		case id == "SummarizeFunction":
			limit = 300 // it counts everybody, and nobody waits for it
		}
		f.unless(timeout > 0 && timeout <= limit, "%s has a timeout of %v s, not of at most %v", id, timeout, limit)
	}
	programs, _ := filepath.Glob("../functions/*/main.go")
	for _, program := range programs {
		folder := "functions/" + filepath.Base(filepath.Dir(program))
		f.unless(slices.Contains(deployed, folder), "%s is not deployed", folder)
	}
	for _, folder := range deployed {
		_, err := os.Stat(filepath.Join("..", folder, "main.go"))
		f.unless(err == nil, "%s has no main.go", folder)
	}
}

func routesClosed(t template, f *findings) {
	for _, api := range t.ofType("AWS::Serverless::HttpApi") {
		f.same(api+"'s authorizers", t.properties(api)["Auth"], `{"EnableIamAuthorizer":true,"DefaultAuthorizer":"AWS_IAM"}`)
	}
	for _, id := range t.functions() {
		f.unless(t.properties(id)["FunctionUrlConfig"] == nil, "%s has an address of its own", id)
		for _, name := range t.events(id, "HttpApi") {
			e := t.event(id, name)
			f.same(routeKey(e)+"'s API", at(e, "ApiId"), `{"Ref":"Api"}`)
			f.unless(at(e, "Auth", "Authorizer") != nil, "%s does not say who may call it", routeKey(e))
		}
		f.unless(len(t.events(id, "Api")) == 0, "%s has an event of a REST API, which no rule looks at", id)
	}
}

func routesListed(t template, f *findings) {
	open := map[string]string{}
	for _, id := range t.functions() {
		for _, name := range t.events(id, "HttpApi") {
			if e := t.event(id, name); at(e, "Auth", "Authorizer") == "NONE" {
				open[routeKey(e)] = id
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(open)) {
		f.unless(routes[key] == open[key], "%s is open, to %s, and not on the list", key, open[key])
	}
	for _, key := range slices.Sorted(maps.Keys(routes)) {
		f.unless(open[key] == routes[key], "%s is on the list and does not lead to %s", key, routes[key])
	}
}

func addressesReached(t template, f *findings) {
	table := map[string]string{}
	for _, id := range t.functions() {
		for _, name := range t.events(id, "HttpApi") {
			key := routeKey(t.event(id, name))
			f.unless(table[key] == "", "%s leads to %s and to %s", key, table[key], id)
			// Another method than ANY would leave HEAD, OPTIONS and wrong methods to the gateway.
			f.unless(key == "$default" || strings.HasPrefix(key, "ANY /"), "%s is not for ANY method", key)
			table[key] = id
		}
	}
	for _, path := range slices.Sorted(maps.Keys(requests)) {
		got := reached(path, table)
		f.unless(got == requests[path], "%s reaches %q, not %s", path, got, requests[path])
	}
}

func routesBudgeted(t template, f *findings) {
	p := t.properties("Api")
	settings := keys(p["RouteSettings"])
	budget := func(what string, v any) {
		rate, burst := number(at(v, "ThrottlingRateLimit")), number(at(v, "ThrottlingBurstLimit"))
		limit := 100.0
		if slices.Contains(causingMail, what) {
			limit = 20
		}
		f.unless(rate > 0 && rate <= limit, "%s has a rate of %v, not of at most %v", what, rate, limit)
		f.unless(burst >= rate && burst <= 3*limit, "%s has a burst of %v for a rate of %v", what, burst, rate)
	}
	budget("any other route", p["DefaultRouteSettings"])
	for _, id := range t.functions() {
		for _, name := range t.events(id, "HttpApi") {
			key := routeKey(t.event(id, name))
			budget(key, settings[key])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		f.unless(routes[key] != "", "%s has a budget and is no route: the deployment would fail", key)
	}
}

func originsNamed(t template, f *findings) {
	for _, api := range t.ofType("AWS::Serverless::HttpApi") {
		f.unless(t.properties(api)["CorsConfiguration"] == nil, "%s answers other origins instead of the function", api)
	}
	f.same("AllowedOrigins by default", t.at("Parameters", "AllowedOrigins", "Default"), "")
	for _, id := range []string{"ApplyFunction", "RegisterFunction"} {
		f.same("who reads AllowedOrigins", at(t.properties(id), "Environment", "Variables", "ALLOWED_ORIGINS"), `{"Ref":"AllowedOrigins"}`)
	}
	for value, allowed := range map[string]bool{
		"": true, "https://partner.example.jp": true, "https://a.example.jp,https://b.example.jp": true,
		"*": false, "https://*": false, "https://*.example.jp": false, "http://a.example.jp": false,
		"https://a.example.jp/": false, "https://a.example.jp,*": false, "null": false,
	} {
		f.unless(t.admits("AllowedOrigins", value) == allowed, "AllowedOrigins takes %q: %v", value, !allowed)
	}
	f.unless(!t.admits("SiteUrl", "http://a.example.jp") && !t.admits("SiteUrl", "https://a.example.jp/"), "SiteUrl takes an address without TLS or with a slash")
	f.unless(t.admits("SiteUrl", "https://a.example.jp"), "SiteUrl does not take an address")
}

// admits says whether a parameter's pattern takes the value as a whole.
func (t template) admits(parameter, value string) bool {
	pattern, err := regexp.Compile("^(?:" + text(t.at("Parameters", parameter, "AllowedPattern")) + ")$")
	return err == nil && pattern.MatchString(value)
}

func accessLogAnonymous(t template, f *findings) {
	settings := t.properties("Api")["AccessLogSettings"]
	f.same("the access log's place", at(settings, "DestinationArn"), `{"Fn::GetAtt":["ApiLog","Arn"]}`)
	var format map[string]string
	err := json.Unmarshal([]byte(text(at(settings, "Format"))), &format)
	f.unless(err == nil, "the access log's format is not JSON: %v", err)
	for _, variable := range []string{"routeKey", "status", "responseLatency", "requestId", "integrationErrorMessage"} {
		f.unless(slices.Contains(slices.Collect(maps.Values(format)), "$context."+variable), "the access log lacks %s", variable)
	}
	// A path holds a private link; an address or a browser is a person's.
	for name, variable := range format {
		f.unless(slices.Contains([]string{
			"$context.routeKey", "$context.status", "$context.responseLatency", "$context.requestId", "$context.integrationErrorMessage",
		}, variable), "the access log tells %s as %s", variable, name)
	}
}

func rolesOwn(t template, f *findings) {
	owner := map[string]string{}
	for _, id := range t.functions() {
		p := t.properties(id)
		role := strings.TrimSuffix(id, "Function") + "Role"
		f.same(id+"'s role", p["Role"], `{"Fn::GetAtt":["`+role+`","Arn"]}`)
		f.unless(p["Policies"] == nil, "%s asks SAM for further policies", id)
		owner[role] = id
	}
	for _, role := range t.ofType("AWS::IAM::Role") {
		f.unless(owner[role] != "", "%s belongs to no function", role)
		p := t.properties(role)
		f.unless(p["ManagedPolicyArns"] == nil, "%s has policies that are not written here", role)
		f.same("who takes "+role, p["AssumeRolePolicyDocument"], `{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)
	}
	f.unless(len(t.ofType("AWS::IAM::Policy"))+len(t.ofType("AWS::IAM::ManagedPolicy")) == 0, "a policy lies outside the roles")
}

// permissions is everything that each role allows: the action and on what.
var permissions = map[string][]string{
	"SiteRole": {"logs:CreateLogStream on SiteLog", "logs:PutLogEvents on SiteLog", "dynamodb:GetItem on Table", "dynamodb:Query on Table"},
	"ApplyRole": {
		"logs:CreateLogStream on ApplyLog", "logs:PutLogEvents on ApplyLog",
		"dynamodb:GetItem on Table", "dynamodb:BatchGetItem on Table", "dynamodb:Query on Table", "dynamodb:PutItem on Table",
		"dynamodb:UpdateItem on Table", "dynamodb:DeleteItem on Table", "dynamodb:ConditionCheckItem on Table",
	},
	"RegisterRole": {
		"logs:CreateLogStream on RegisterLog", "logs:PutLogEvents on RegisterLog",
		"dynamodb:GetItem on Table", "dynamodb:BatchGetItem on Table", "dynamodb:Query on Table", "dynamodb:PutItem on Table",
		"dynamodb:UpdateItem on Table", "dynamodb:DeleteItem on Table", "dynamodb:ConditionCheckItem on Table",
	},
	"SurveyRole": {
		"logs:CreateLogStream on SurveyLog", "logs:PutLogEvents on SurveyLog",
		"dynamodb:GetItem on Table", "dynamodb:BatchGetItem on Table", "dynamodb:Query on Table", "dynamodb:PutItem on Table",
		"dynamodb:UpdateItem on Table", "dynamodb:DeleteItem on Table", "dynamodb:ConditionCheckItem on Table",
	},
	"RemindRole": {
		"logs:CreateLogStream on RemindLog", "logs:PutLogEvents on RemindLog",
		"dynamodb:GetItem on Table", "dynamodb:BatchGetItem on Table", "dynamodb:PutItem on Table",
		"dynamodb:UpdateItem on Table", "dynamodb:DeleteItem on Table", "dynamodb:Query on Table", "dynamodb:Query on ${Table.Arn}/index/lists",
		"dynamodb:DescribeStream on Table.StreamArn", "dynamodb:GetRecords on Table.StreamArn",
		"dynamodb:GetShardIterator on Table.StreamArn", "dynamodb:ListStreams on ${Table.Arn}/stream/*",
		"ses:SendRawEmail on arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*",
		"ses:SendRawEmail on arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${Mails}",
		"ses:GetSendQuota on *",
		"sqs:SendMessage on FailedTicks",
	},
	"FeedbackRole": {
		"logs:CreateLogStream on FeedbackLog", "logs:PutLogEvents on FeedbackLog",
		"dynamodb:GetItem on Table", "dynamodb:BatchGetItem on Table", "dynamodb:PutItem on Table",
		"dynamodb:UpdateItem on Table", "dynamodb:Query on Table",
		"ses:GetSendQuota on *",
		"sqs:SendMessage on FailedFeedback",
	},
	"SummarizeRole": {
		"logs:CreateLogStream on SummarizeLog", "logs:PutLogEvents on SummarizeLog",
		"dynamodb:GetItem on Table", "dynamodb:BatchGetItem on Table", "dynamodb:Query on Table", "dynamodb:PutItem on Table",
		"dynamodb:Query on ${Table.Arn}/index/lists",
		"sqs:SendMessage on FailedSummaries",
	},
}

func rolesExact(t template, f *findings) {
	for _, role := range t.ofType("AWS::IAM::Role") {
		var got []string
		for _, s := range t.statements(role) {
			f.unless(at(s, "Effect") == "Allow" && at(s, "NotAction") == nil && at(s, "NotResource") == nil, "%s has a statement by exclusion", role)
			for _, action := range items(at(s, "Action")) {
				for _, resource := range items(at(s, "Resource")) {
					permission := text(action) + " on " + named(resource)
					got = append(got, permission)
					f.unless(!strings.Contains(text(action), "*"), "%s may %s", role, permission)
					f.unless(slices.Contains(permissions[role], permission), "%s may %s, which is not on the list", role, permission)
				}
			}
		}
		for _, permission := range permissions[role] {
			f.unless(slices.Contains(got, permission), "%s may not %s", role, permission)
		}
	}
}

func (t template) statements(role string) []any {
	var all []any
	for _, policy := range items(t.properties(role)["Policies"]) {
		all = append(all, items(at(policy, "PolicyDocument", "Statement"))...)
	}
	return all
}

// named is a resource of a statement: the logical id of one whose ARN it is, with
// the attribute if it is another ARN of it, or the text.
func named(resource any) string {
	switch attribute := at(resource, "Fn::GetAtt", 1); attribute {
	case nil:
	case "Arn":
		return text(at(resource, "Fn::GetAtt", 0))
	default:
		return text(at(resource, "Fn::GetAtt", 0)) + "." + text(attribute)
	}
	if sub, ok := at(resource, "Fn::Sub").(string); ok {
		return sub
	}
	return text(resource)
}

func senderFixed(t template, f *findings) {
	senders := 0
	for _, role := range t.ofType("AWS::IAM::Role") {
		for _, s := range t.statements(role) {
			if !slices.ContainsFunc(items(at(s, "Action")), func(a any) bool { return strings.HasPrefix(text(a), "ses:Send") }) {
				continue
			}
			senders++
			f.same(role+"'s condition", at(s, "Condition"), `{"StringEquals":{"ses:FromAddress":{"Ref":"MailFrom"}}}`)
			public := len(t.events(strings.TrimSuffix(role, "Role")+"Function", "HttpApi")) > 0
			f.unless(!public, "%s is of a public function and may send mail", role)
		}
	}
	f.unless(senders == 1, "%d statements allow sending mail", senders)
}

// sitePublic holds the site to the settings of the briefings, the frozen plans and what
// was released: it has no use for anything of a person, nor for an analysis that is not
// released.
func sitePublic(t template, f *findings) {
	conditions := map[string]string{
		"dynamodb:GetItem": `{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["settings#*","plan#*"]}}`,
		"dynamodb:Query":   `{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["release#*"]}}`,
	}
	reads := 0
	for _, s := range t.statements("SiteRole") {
		for _, action := range items(at(s, "Action")) {
			if !strings.HasPrefix(text(action), "dynamodb:") {
				continue
			}
			reads++
			f.same("the site's condition to "+text(action), at(s, "Condition"), conditions[text(action)])
		}
	}
	f.unless(reads == len(conditions), "%d permissions let the site at the table", reads)
}

// notesAlone holds what summarizes to its own notes, and the mails that tell of them: nothing
// can be published by it, or put on record.
func notesAlone(t template, f *findings) {
	for _, s := range t.statements("SummarizeRole") {
		if slices.Contains(items(at(s, "Action")), any("dynamodb:PutItem")) {
			f.same("what summarize may write", at(s, "Condition"),
				`{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["summary#*","plan#*","analysis#*","alarm#*","person#*"]}}`)
		}
	}
}

func environment(t template, f *findings) {
	site := `{"Fn::If":["HasSiteUrl",{"Ref":"SiteUrl"},{"Fn::GetAtt":["Api","ApiEndpoint"]}]}`
	for id, want := range map[string]string{
		"SiteFunction":     `{"TABLE":{"Ref":"Table"},"OFFICE":{"Ref":"MailReplyTo"}}`,
		"ApplyFunction":    `{"TABLE":{"Ref":"Table"},"OFFICE":{"Ref":"MailReplyTo"},"BASE_URL":{"Ref":"SiteUrl"},"ALLOWED_ORIGINS":{"Ref":"AllowedOrigins"}}`,
		"RegisterFunction": `{"TABLE":{"Ref":"Table"},"OFFICE":{"Ref":"MailReplyTo"},"BASE_URL":{"Ref":"SiteUrl"},"ALLOWED_ORIGINS":{"Ref":"AllowedOrigins"}}`,
		"SurveyFunction":   `{"TABLE":{"Ref":"Table"},"OFFICE":{"Ref":"MailReplyTo"}}`,
		"RemindFunction": `{"TABLE":{"Ref":"Table"},"BASE_URL":` + site + `,"MAIL_FROM":{"Ref":"MailFrom"},
			"MAIL_REPLY_TO":{"Ref":"MailReplyTo"},"MAIL_CONFIGURATION_SET":{"Ref":"Mails"}}`,
		"FeedbackFunction":  `{"TABLE":{"Ref":"Table"},"MAIL_CONFIGURATION_SET":{"Ref":"Mails"}}`,
		"SummarizeFunction": `{"TABLE":{"Ref":"Table"}}`,
	} {
		f.same(id+"'s environment", at(t.properties(id), "Environment", "Variables"), want)
	}
}

// noCircle follows the references of each resource. SAM lets an API name the
// functions of its routes, so such a function cannot name the API.
func noCircle(t template, f *findings) {
	next := map[string][]string{}
	for id := range keys(t.at("Resources")) {
		properties := maps.Clone(t.properties(id))
		delete(properties, "Events") // resources of their own, which name both sides
		next[id] = referred(properties)
		for _, name := range next[id] {
			known := strings.HasPrefix(name, "AWS::") || t.at("Resources", name) != nil || t.at("Parameters", name) != nil
			f.unless(known, "%s refers to %s, which is not there", id, name)
		}
	}
	for _, id := range t.functions() {
		for _, name := range t.events(id, "HttpApi") {
			api := text(at(t.event(id, name), "ApiId", "Ref"))
			next[api] = append(next[api], id)
		}
	}
	done := map[string]bool{}
	var walk func(id string, way []string)
	walk = func(id string, way []string) {
		if slices.Contains(way, id) {
			f.unless(false, "a circle: %s", strings.Join(append(way, id), " -> "))
			return
		}
		if done[id] {
			return
		}
		for _, to := range next[id] {
			walk(to, append(slices.Clone(way), id))
		}
		done[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(next)) {
		walk(id, nil)
	}
}

// restorable is the time in days to which a table with point-in-time recovery can be
// restored.
const restorable = 35

func logsKept(t template, f *findings) {
	for _, id := range t.functions() {
		log := strings.TrimSuffix(id, "Function") + "Log"
		f.same(id+"'s log", t.properties(id)["LoggingConfig"], `{"LogGroup":{"Ref":"`+log+`"},"LogFormat":"JSON"}`)
		f.same(log, t.at("Resources", log, "Type"), "AWS::Logs::LogGroup")
	}
	f.same("ApiLog", t.at("Resources", "ApiLog", "Type"), "AWS::Logs::LogGroup")
	for _, log := range t.ofType("AWS::Logs::LogGroup") {
		days := number(t.properties(log)["RetentionInDays"])
		if slices.Contains([]string{"RemindLog", "FeedbackLog"}, log) {
			f.unless(days > restorable && days <= 2*restorable, "%s is kept for %v days, while the table can be restored to a time %d days ago", log, days, restorable)
			continue
		}
		f.unless(days == 30, "%s is kept for %v days", log, days)
	}
}

// schedule is a rate in proper grammar, or a cron of six fields.
var schedule = regexp.MustCompile(`^(rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)|cron\(\S+( \S+){5}\))$`)

func schedulesZoned(t template, f *findings) {
	for _, id := range t.functions() {
		f.unless(len(t.events(id, "Schedule")) == 0, "%s has a schedule without time zone", id)
		for _, name := range t.events(id, "ScheduleV2") {
			e, what := t.event(id, name), id+"'s "+name
			f.same(what+": OmitName", at(e, "OmitName"), "true")
			f.same(what+": zone", at(e, "ScheduleExpressionTimezone"), `{"Ref":"TimeZone"}`)
			f.unless(schedule.MatchString(text(at(e, "ScheduleExpression"))), "%s runs at %s", what, text(at(e, "ScheduleExpression")))
		}
	}
	zone := text(t.at("Parameters", "TimeZone", "Default"))
	_, err := time.LoadLocation(zone)
	f.unless(err == nil, "there is no time zone %s", zone)
	f.same("the zone", zone, "Asia/Tokyo")
}

func tickOnce(t template, f *findings) {
	minutes := t.events("RemindFunction", "ScheduleV2")
	f.unless(len(minutes) == 1, "remind has %d schedules", len(minutes))
	for _, name := range minutes {
		e := t.event("RemindFunction", name)
		f.same("the minute", at(e, "ScheduleExpression"), "cron(* * * * ? *)")
		f.unless(at(e, "State") == nil, "the minute is switched %v", at(e, "State"))
		f.unless(at(e, "Input") == `{"scheduledTime":"<aws.scheduler.scheduled-time>"}`, "the tick does not bring its time: %v", at(e, "Input"))
		f.same("the scheduler's retries", at(e, "RetryPolicy", "MaximumRetryAttempts"), "0")
		f.unless(fresh(at(e, "RetryPolicy", "MaximumEventAgeInSeconds")), "the scheduler holds a tick for too long or too short")
	}
	p := t.properties("RemindFunction")
	f.same("Lambda's retries", at(p, "EventInvokeConfig", "MaximumRetryAttempts"), "0")
	f.unless(fresh(at(p, "EventInvokeConfig", "MaximumEventAgeInSeconds")), "Lambda holds a tick for too long or too short")
	timeout := time.Duration(number(p["Timeout"]) * float64(time.Second))
	f.unless(timeout > 0 && 2*timeout <= table.Lease, "a run takes up to %s, and a claim holds for %s", timeout, table.Lease)
}

func newMailWakes(t template, f *findings) {
	for _, id := range t.functions() {
		streams := t.events(id, "DynamoDB")
		f.unless(len(streams) == 0 || id == "RemindFunction", "%s reads the table's stream", id)
	}
	streams := t.events("RemindFunction", "DynamoDB")
	f.unless(len(streams) == 1, "remind reads %d streams", len(streams))
	for _, name := range streams {
		e := keys(t.event("RemindFunction", name))
		f.same("the stream", e["Stream"], `{"Fn::GetAtt":["Table","StreamArn"]}`)
		f.unless(e["Enabled"] == nil, "the stream is switched %v", e["Enabled"])
		f.same("where it begins", e["StartingPosition"], "LATEST")
		f.same("batches at once", e["ParallelizationFactor"], "1")
		f.same("the stream's retries", e["MaximumRetryAttempts"], "0")
		f.same("the age of what is read", e["MaximumRecordAgeInSeconds"], "60")
		f.unless(e["BisectBatchOnFunctionError"] == nil, "a batch that fails is tried in halves")
		f.unless(e["MaximumBatchingWindowInSeconds"] == nil, "a mail waits for others")
		f.unless(number(e["BatchSize"]) > 0 && number(e["BatchSize"]) <= 200, "a batch of %v mails outlasts a run", e["BatchSize"])
		filters := items(at(e["FilterCriteria"], "Filters"))
		f.unless(len(filters) == 1, "%d filters let records through", len(filters))
		for _, filter := range filters {
			pattern := at(filter, "Pattern")
			f.unless(pattern == `{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"mail#"}]}}}}`, "what wakes the sender is %v", pattern)
		}
	}
}

// hourRepeated holds the hour to what makes a summary that comes late a summary all the
// same: it brings its time, and is tried again for hours.
func hourRepeated(t template, f *findings) {
	hours := t.events("SummarizeFunction", "ScheduleV2")
	f.unless(len(hours) == 1, "summarize has %d schedules", len(hours))
	for _, name := range hours {
		e := t.event("SummarizeFunction", name)
		f.same("the hour", at(e, "ScheduleExpression"), "cron(0 * * * ? *)")
		f.unless(at(e, "State") == nil, "the hour is switched %v", at(e, "State"))
		f.unless(at(e, "Input") == `{"scheduledTime":"<aws.scheduler.scheduled-time>"}`, "the hour does not bring its time: %v", at(e, "Input"))
		f.unless(number(at(e, "RetryPolicy", "MaximumRetryAttempts")) >= 10, "the scheduler gives an hour up soon")
		f.unless(lasting(at(e, "RetryPolicy", "MaximumEventAgeInSeconds")), "the scheduler holds an hour for too long or too short")
		f.same("where undelivered hours go", at(e, "DeadLetterConfig"), `{"Arn":{"Fn::GetAtt":["UndeliveredSummaries","Arn"]}}`)
	}
	p := t.properties("SummarizeFunction")
	f.same("Lambda's retries of an hour", at(p, "EventInvokeConfig", "MaximumRetryAttempts"), "2")
	f.unless(lasting(at(p, "EventInvokeConfig", "MaximumEventAgeInSeconds")), "Lambda holds an hour for too long or too short")
	f.same("where failed hours go", at(p, "EventInvokeConfig", "DestinationConfig", "OnFailure"), `{"Type":"SQS","Destination":{"Fn::GetAtt":["FailedSummaries","Arn"]}}`)
}

// lasting is an age in seconds at which a summary is still of the same day: from three
// hours to the six that Lambda allows.
func lasting(age any) bool { return number(age) >= 3*3600 && number(age) <= 6*3600 }

// alarmsHeard holds every alarm to telling when it rings and when it is over, to the
// function that notes it.
func alarmsHeard(t template, f *findings) {
	heard := map[string]int{}
	for _, name := range t.events("SummarizeFunction", "SNS") {
		e := t.event("SummarizeFunction", name)
		heard[text(at(e, "Topic"))]++
		f.same("where undelivered alarms go", at(e, "RedrivePolicy"), `{"deadLetterTargetArn":{"Fn::GetAtt":["UndeliveredAlarms","Arn"]}}`)
		f.unless(at(e, "FilterPolicy") == nil, "%s is heard in part", name)
	}
	for _, topic := range []string{"Alarms", "AlarmsOver"} {
		f.unless(heard[`{"Ref":"`+topic+`"}`] == 1, "summarize does not listen to %s", topic)
	}
	p := t.properties("UndeliveredAlarmsPolicy")
	f.same("which queue takes undelivered alarms", p["Queues"], `[{"Ref":"UndeliveredAlarms"}]`)
	f.same("who may leave undelivered alarms", at(p, "PolicyDocument", "Statement"), `[
		{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":{"Fn::GetAtt":["UndeliveredAlarms","Arn"]},
			"Condition":{"StringEquals":{"aws:SourceArn":[{"Ref":"Alarms"},{"Ref":"AlarmsOver"}]}}}]`)
	for _, id := range t.ofType("AWS::CloudWatch::Alarm") {
		told := `[{"Ref":"AlarmsOver"}]` // the summary, and nobody by mail
		if strings.HasSuffix(id, "SilentAlarm") {
			told = `[{"Ref":"Alarms"}]` // what stood still runs again: people wait for that
		}
		f.same("who is told that "+id+" is over", t.properties(id)["OKActions"], told)
	}
}

// fresh is an age in seconds at which a tick is not yet overtaken by the next.
func fresh(age any) bool { return number(age) >= 60 && number(age) <= 120 }

func failuresKept(t template, f *findings) {
	undelivered := at(t.event("RemindFunction", "Minute"), "DeadLetterConfig", "Arn", "Fn::GetAtt", 0)
	failure := at(t.properties("RemindFunction"), "EventInvokeConfig", "DestinationConfig", "OnFailure")
	failed := at(failure, "Destination", "Fn::GetAtt", 0)
	f.same("where failed ticks go", at(failure, "Type"), "SQS")
	f.unless(undelivered != failed, "undelivered and failed ticks share a queue")
	for what, queue := range map[string]any{"undelivered": undelivered, "failed": failed} {
		f.unless(slices.Contains(t.ofType("AWS::SQS::Queue"), text(queue)), "%s ticks go nowhere", what)
	}
	for _, queue := range t.ofType("AWS::SQS::Queue") {
		p := t.properties(queue)
		f.same(queue+"'s encryption", p["SqsManagedSseEnabled"], "true")
		retention := "1209600"
		if strings.HasSuffix(queue, "Feedback") {
			retention = "345600" // it names addresses
		}
		f.same(queue+"'s retention", p["MessageRetentionPeriod"], retention)
		a := t.alarm("AWS/SQS", "ApproximateNumberOfMessagesVisible", `{"Fn::GetAtt":["`+queue+`","QueueName"]}`)
		f.unless(a != nil && number(a["Threshold"]) == 1, "nothing rings when %s is not empty", queue)
	}
}

// mailsARN is the configuration set by which every mail is sent.
const mailsARN = `{"Fn::Sub":"arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${Mails}"}`

func topicGuarded(t template, f *findings) {
	f.same("the topics", t.ofType("AWS::SNS::Topic"), `["Alarms","AlarmsOver","MailEvents"]`)
	f.same("the topics' policies", t.ofType("AWS::SNS::TopicPolicy"), `["MailEventsPolicy"]`)
	p := t.properties("MailEventsPolicy")
	f.same("what the policy is of", p["Topics"], `[{"Ref":"MailEvents"}]`)
	f.same("who may publish", at(p, "PolicyDocument", "Statement"), `[
		{"Effect":"Allow","Principal":{"Service":"ses.amazonaws.com"},"Action":"sns:Publish","Resource":{"Ref":"MailEvents"},
			"Condition":{"StringEquals":{"aws:SourceAccount":{"Ref":"AWS::AccountId"},"aws:SourceArn":`+mailsARN+`}}},
		{"Effect":"Deny","Principal":"*","Action":"sns:Publish","Resource":{"Ref":"MailEvents"},
			"Condition":{"StringNotEquals":{"aws:SourceArn":`+mailsARN+`}}}]`)
	f.same("the topic's key", t.properties("MailEvents")["KmsMasterKeyId"], `{"Ref":"MailEventsKey"}`)
	key := t.properties("MailEventsKey")
	f.same("the key's rotation", key["EnableKeyRotation"], "true")
	f.same("who may use the key", at(key, "KeyPolicy", "Statement"), `[
		{"Effect":"Allow","Principal":{"AWS":{"Fn::Sub":"arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}},"Action":"kms:*","Resource":"*"},
		{"Effect":"Allow","Principal":{"Service":"ses.amazonaws.com"},"Action":["kms:GenerateDataKey","kms:Decrypt"],"Resource":"*"}]`)
	for _, id := range t.functions() {
		for _, name := range t.events(id, "SNS") {
			topic := text(at(t.event(id, name), "Topic"))
			ofMails := id == "FeedbackFunction" && topic == `{"Ref":"MailEvents"}`
			ofAlarms := id == "SummarizeFunction" && (topic == `{"Ref":"Alarms"}` || topic == `{"Ref":"AlarmsOver"}`)
			f.unless(ofMails || ofAlarms, "%s listens to %s", id, name)
		}
	}
	f.unless(len(t.ofType("AWS::Lambda::Permission")) == 0, "a permission to invoke stands outside the events")
}

func feedbackHeard(t template, f *findings) {
	destinations := t.ofType("AWS::SES::ConfigurationSetEventDestination")
	f.same("the destinations", destinations, `["MailEventsDestination"]`)
	p := t.properties("MailEventsDestination")
	f.same("whose events", p["ConfigurationSetName"], `{"Ref":"Mails"}`)
	f.same("what is told, and where", p["EventDestination"], `{"Enabled":true,"SnsDestination":{"TopicARN":{"Ref":"MailEvents"}},
		"MatchingEventTypes":["send","delivery","bounce","complaint","reject"]}`)
	f.same("what comes before", t.at("Resources", "MailEventsDestination", "DependsOn"), "MailEventsPolicy")
	listening := t.events("FeedbackFunction", "SNS")
	f.unless(len(listening) == 1, "feedback listens to %d topics", len(listening))
	for _, name := range listening {
		f.same("where undelivered events go", at(t.event("FeedbackFunction", name), "RedrivePolicy"), `{"deadLetterTargetArn":{"Fn::GetAtt":["UndeliveredFeedback","Arn"]}}`)
	}
	f.same("who may leave undelivered events", at(t.properties("UndeliveredFeedbackPolicy"), "PolicyDocument", "Statement"), `[
		{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":{"Fn::GetAtt":["UndeliveredFeedback","Arn"]},
			"Condition":{"StringEquals":{"aws:SourceArn":{"Ref":"MailEvents"}}}}]`)
	f.same("which queue that is", t.properties("UndeliveredFeedbackPolicy")["Queues"], `[{"Ref":"UndeliveredFeedback"}]`)
	f.same("what becomes of an event that fails", t.properties("FeedbackFunction")["EventInvokeConfig"], `{"MaximumRetryAttempts":2,"MaximumEventAgeInSeconds":21600,
		"DestinationConfig":{"OnFailure":{"Type":"SQS","Destination":{"Fn::GetAtt":["FailedFeedback","Arn"]}}}}`)
}

// counted is what is counted of the functions' logs.
var counted = []struct {
	metric, log, pattern, value string
	rings                       float64 // at which number; 0 for never
}{
	{"OldestDueSeconds", "RemindLog", `{ ($.message = "tick") && ($.oldestDueSeconds >= 0) }`, "$.oldestDueSeconds", 15 * 60},
	{"Ticks", "RemindLog", `{ $.message = "tick" }`, "1", 0},
	{"Hours", "SummarizeLog", `{ $.message = "hour" }`, "1", 0},
	{"SummariesWithoutRecipients", "SummarizeLog", `{ $.message = "summary has no recipients" }`, "1", 1},
	{"MailsInDoubt", "RemindLog", `{ ($.message = "tick") && ($.unknown >= 0) }`, "$.unknown", 1},
	{"OpenAlerts", "RemindLog", `{ ($.message = "tick") && ($.alerts >= 0) }`, "$.alerts", 1},
	{"MailsHandedOver", "RemindLog", `{ $.message = "mail handed over" }`, "1", 0},
	{"MailsFailed", "RemindLog", `{ ($.message = "mail") && ($.state = "failed") }`, "1", 0},
	{"TicksHeldBack", "RemindLog", `{ $.message = "mail held back" }`, "1", 0},
	{"MailsAcceptedTwice", "FeedbackLog", `{ $.message = "mail was accepted more than once" }`, "1", 1},
	{"MailsSentInSpite", "FeedbackLog", `{ $.message = "mail was sent in spite of its end" }`, "1", 1},
	{"MailPausedItself", "FeedbackLog", `{ $.message = "mail paused itself" }`, "1", 1},
	{"MailsBounced", "FeedbackLog", `{ ($.message = "feedback") && ($.arrival = "bounced") }`, "1", 0},
	{"MailsComplainedOf", "FeedbackLog", `{ ($.message = "feedback") && ($.arrival = "complained") }`, "1", 0},
	{"EventsOfUnknownMails", "FeedbackLog", `{ $.message = "event of an unknown mail" }`, "1", 0},
	{"EventsOfUnknownTypes", "FeedbackLog", `{ $.message = "event of an unknown type" }`, "1", 0},
}

// stackMetrics is the namespace of a stack's own metrics.
const stackMetrics = `{"Fn::Sub":"LivingLab/${AWS::StackName}"}`

func logCounted(t template, f *findings) {
	filters := t.ofType("AWS::Logs::MetricFilter")
	f.unless(len(filters) == len(counted), "%d filters count, not %d", len(filters), len(counted))
	for _, c := range counted {
		found := slices.ContainsFunc(filters, func(id string) bool {
			p := t.properties(id)
			return text(p["LogGroupName"]) == `{"Ref":"`+c.log+`"}` && p["FilterPattern"] == c.pattern &&
				text(p["MetricTransformations"]) == text([]any{map[string]any{
					"MetricNamespace": map[string]any{"Fn::Sub": "LivingLab/${AWS::StackName}"}, "MetricName": c.metric, "MetricValue": c.value,
				}})
		})
		f.unless(found, "%s is not counted as %s", c.pattern, c.metric)
		alarm := t.ownAlarm(c.metric)
		switch {
		case alive[c.metric] != "": // it rings when there are none: see alarmsRing
		case c.rings == 0:
			f.unless(alarm == nil, "%s rings", c.metric)
		case alarm == nil:
			f.unless(false, "nothing rings for %s", c.metric)
		default:
			f.unless(number(alarm["Threshold"]) == c.rings, "%s rings at %v, not at %v", c.metric, alarm["Threshold"], c.rings)
			statistic := "Sum"
			if c.value != "1" {
				statistic = "Maximum"
			}
			f.same("what rings of "+c.metric, alarm["Statistic"], statistic)
			within := 5 * 60.0
			if c.metric == "MailsInDoubt" || c.metric == "OpenAlerts" {
				within = 15 * 60 // as often as it is counted: a shorter period would fall silent between
			}
			f.unless(number(alarm["Period"])*number(alarm["EvaluationPeriods"]) <= within, "%s rings late", c.metric)
		}
		if c.log != "RemindLog" {
			message := messages.FindStringSubmatch(c.pattern)[1]
			function := strings.ToLower(strings.TrimSuffix(c.log, "Log"))
			f.unless(strings.Contains(programOf(function), `ctx, "`+message+`"`), "%s does not log %q", function, message)
		}
	}
}

// messages finds the message that a pattern is about.
var messages = regexp.MustCompile(`\$\.message = "([^"]+)"`)

// programOf is the text of a function, without its tests.
func programOf(function string) string {
	var text strings.Builder
	files, _ := filepath.Glob("../functions/" + function + "/*.go")
	for _, name := range files {
		if source, err := os.ReadFile(name); err == nil && !strings.HasSuffix(name, "_test.go") {
			text.Write(source)
		}
	}
	return text.String()
}

// ownAlarm returns the alarm on one of the stack's own metrics, or nil.
func (t template) ownAlarm(metric string) map[string]any {
	for _, id := range t.ofType("AWS::CloudWatch::Alarm") {
		if p := t.properties(id); text(p["Namespace"]) == stackMetrics && p["MetricName"] == metric {
			return p
		}
	}
	return nil
}

// alarm returns the alarm on the metric of a resource, or nil.
func (t template) alarm(namespace, metric, resource string) map[string]any {
	for _, id := range t.ofType("AWS::CloudWatch::Alarm") {
		p := t.properties(id)
		if p["Namespace"] == namespace && p["MetricName"] == metric && text(at(p, "Dimensions", 0, "Value")) == resource {
			return p
		}
	}
	return nil
}

// alive is what must never be missing, and the alarm that rings when it is. New mails and
// alarms invoke the functions, too: it is not their invocations.
var alive = map[string]string{"Ticks": "RemindSilentAlarm", "Hours": "SummarizeSilentAlarm"}

func alarmsRing(t template, f *findings) {
	for _, rings := range []struct{ namespace, metric, resource string }{
		{"AWS/Lambda", "Errors", "RemindFunction"},
		{"AWS/Lambda", "Throttles", "RemindFunction"},
		{"AWS/Lambda", "Errors", "ApplyFunction"},
		{"AWS/Lambda", "Errors", "RegisterFunction"},
		{"AWS/Lambda", "Errors", "SurveyFunction"},
		{"AWS/Lambda", "Errors", "SiteFunction"},
		{"AWS/Lambda", "Errors", "FeedbackFunction"},
		{"AWS/Lambda", "Errors", "SummarizeFunction"},
		{"AWS/ApiGateway", "5xx", "Api"},
	} {
		a := t.alarm(rings.namespace, rings.metric, `{"Ref":"`+rings.resource+`"}`)
		f.unless(a != nil, "nothing rings for %s of %s", rings.metric, rings.resource)
	}
	for _, id := range t.ofType("AWS::CloudWatch::Alarm") {
		p := t.properties(id)
		f.same(id+"'s listener", p["AlarmActions"], `[{"Ref":"Alarms"}]`)
		f.unless(p["AlarmDescription"] != nil, "%s does not say what it means", id)
		// A metric without data is quiet, but for those that must never be quiet.
		if name, _ := p["MetricName"].(string); alive[name] == "" {
			f.same(id+" without data", p["TreatMissingData"], "notBreaching")
			f.same(id+"'s comparison", p["ComparisonOperator"], "GreaterThanOrEqualToThreshold")
		}
	}
	for metric, id := range alive {
		silent := t.properties(id)
		f.same("what a silent schedule lacks", silent["MetricName"], metric)
		f.same("where it is counted", silent["Namespace"], stackMetrics)
		f.same("a schedule that is gone", silent["TreatMissingData"], "breaching")
		f.same("the silent alarm", silent["ComparisonOperator"], "LessThanThreshold")
		within := 15 * 60.0
		if metric == "Hours" {
			within = 3 * 3600
		}
		f.unless(number(silent["Threshold"]) == 1 && number(silent["Period"])*number(silent["EvaluationPeriods"]) <= within, "%s rings after more than %v s", id, within)
	}
	f.same("who is told", t.properties("AlarmSubscription"), `{"TopicArn":{"Ref":"Alarms"},"Protocol":"email","Endpoint":{"Ref":"AlarmEmail"}}`)
	f.same("when they are told", t.at("Resources", "AlarmSubscription", "Condition"), "HasAlarmEmail")
}

func noFixedNames(t template, f *findings) {
	names := []string{"TableName", "FunctionName", "QueueName", "RoleName", "TopicName", "AlarmName", "LogGroupName", "Name"}
	for id := range keys(t.at("Resources")) {
		for _, property := range names {
			name := t.properties(id)[property]
			other, _ := at(name, "Ref").(string) // the name of another resource
			f.unless(name == nil || t.at("Resources", other) != nil || strings.Contains(text(name), "${AWS::StackName}"), "%s is named %s in every stack", id, text(name))
		}
	}
}

func freshAccount(t template, f *findings) {
	f.same("ReservedConcurrency", t.at("Parameters", "ReservedConcurrency", "Default"), "0")
	f.same("HasReservedConcurrency", t.at("Conditions", "HasReservedConcurrency"), `{"Fn::Not":[{"Fn::Equals":[{"Ref":"ReservedConcurrency"},0]}]}`)
	for _, id := range t.functions() {
		if reserved := t.properties(id)["ReservedConcurrentExecutions"]; reserved != nil {
			f.same(id+"'s concurrency", reserved, `{"Fn::If":["HasReservedConcurrency",{"Ref":"ReservedConcurrency"},{"Ref":"AWS::NoValue"}]}`)
		}
	}
	for name := range keys(t.at("Parameters")) {
		f.unless(t.at("Parameters", name, "Default") != nil, "%s has no default", name)
	}
}

func examplesRefused(t template, f *findings) {
	refused := text(t.at("Rules", "AddressesAreReal", "Assertions"))
	for _, name := range []string{"MailFrom", "MailReplyTo"} {
		example := text(t.at("Parameters", name, "Default"))
		f.unless(strings.HasSuffix(example, "@example.jp"), "%s is %s unless given, which may be somebody's", name, example)
		assertion := `{"Fn::Not":[{"Fn::Equals":[{"Ref":"` + name + `"},"` + example + `"]}]}`
		f.unless(strings.Contains(refused, assertion), "a stack with the example's %s can be deployed", name)
		f.unless(!t.admits(name, "Lab <lab@example.jp>") && !t.admits(name, "a@example.jp,b@example.jp"), "%s takes more than an address", name)
	}
}

func reputationWatched(t template, f *findings) {
	f.same("the configuration sets", t.ofType("AWS::SES::ConfigurationSet"), `["Mails"]`)
	f.same("reputation metrics", at(t.properties("Mails"), "ReputationOptions", "ReputationMetricsEnabled"), "true")
}

func outputs(t template, f *findings) {
	f.same("SiteUrl", t.at("Outputs", "SiteUrl", "Value"), `{"Fn::If":["HasSiteUrl",{"Ref":"SiteUrl"},{"Fn::GetAtt":["Api","ApiEndpoint"]}]}`)
	f.same("TableName", t.at("Outputs", "TableName", "Value"), `{"Ref":"Table"}`)
}

// number is a number of the template, or 0.
func number(v any) float64 {
	var n float64
	if json.Unmarshal([]byte(text(v)), &n) != nil {
		return 0
	}
	return n
}
