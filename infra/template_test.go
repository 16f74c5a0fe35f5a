package infra

import (
	"testing"
)

func TestTemplateKeepsItsRules(t *testing.T) {
	t.Parallel()
	whole := readTemplate(t)
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel()
			var found findings
			rule.holds(whole, &found)
			for _, problem := range found {
				t.Error(problem)
			}
		})
	}
}

// A rule that holds for a template with the mistake in it is no rule.
func TestEveryMistakeIsFound(t *testing.T) {
	t.Parallel()
	const (
		keeps, tableIsAs    = "the table keeps what it holds", "the table has the keys of the model"
		built, closed       = "every function is deployed, and built alike", "a route is closed unless it says otherwise"
		listed, reaches     = "the public routes are the listed ones", "every address reaches its function"
		budgets, origins    = "every route has a budget", "no origin is allowed unnamed"
		anonymous, ownRole  = "the access log names nobody", "every function has a role of its own"
		exact, sender       = "a role has exactly what its function needs", "mail leaves from one address only"
		impersonal          = "the site reads nothing of a person"
		variables, circle   = "every function has its environment", "nothing refers in a circle"
		logs, zoned         = "logs are kept as long as they are needed", "schedules are of this stack and in the lab's zone"
		once, failures      = "the minute's tick is never repeated", "what fails is kept and rings"
		ring, twoStacks     = "alarms ring for what matters", "two stacks fit in one account"
		fresh, examples     = "a fresh account can deploy", "the example's addresses cannot be deployed"
		reputation, tellers = "the mail's reputation is watched", "the outputs tell where things are"
		guarded, heard      = "SES alone tells what became of mails", "what SES tells reaches the ledger"
		wakes               = "a new mail wakes the sender"
		counts              = "what the functions log is counted, and rings"
		repeated, noted     = "an hour is tried again until it is done", "what alarms tell reaches the summary"
	)
	table := path{"Resources", "Table", "Properties"}
	api := path{"Resources", "Api", "Properties"}
	remind := path{"Resources", "RemindFunction", "Properties"}
	minute := remind.and("Events", "Minute", "Properties")
	newMail := remind.and("Events", "NewMail", "Properties")
	home := path{"Resources", "SiteFunction", "Properties", "Events", "Home", "Properties"}
	applyActions := path{"Resources", "ApplyRole", "Properties", "Policies", 1, "PolicyDocument", "Statement", 0, "Action"}
	reading := path{"Resources", "SiteRole", "Properties", "Policies", 1, "PolicyDocument", "Statement", 0}
	released := path{"Resources", "SiteRole", "Properties", "Policies", 1, "PolicyDocument", "Statement", 1}
	sending := path{"Resources", "RemindRole", "Properties", "Policies", 2, "PolicyDocument", "Statement", 0}
	feedback := path{"Resources", "FeedbackFunction", "Properties"}
	summarize := path{"Resources", "SummarizeFunction", "Properties"}
	hour := summarize.and("Events", "Hour", "Properties")
	summarizing := path{"Resources", "SummarizeRole", "Properties", "Policies", 1, "PolicyDocument", "Statement", 0, "Action"}
	publishing := path{"Resources", "MailEventsPolicy", "Properties", "PolicyDocument", "Statement"}
	telling := path{"Resources", "MailEventsDestination", "Properties", "EventDestination"}
	ref := func(name string) any { return map[string]any{"Ref": name} }
	route := func(way, method, authorizer string) any {
		properties := map[string]any{"ApiId": ref("Api"), "Path": way, "Method": method}
		if authorizer != "" {
			properties["Auth"] = map[string]any{"Authorizer": authorizer}
		}
		return map[string]any{"Type": "HttpApi", "Properties": properties}
	}
	staff := path{"Resources", "SiteFunction", "Properties", "Events", "Staff"}

	mistakes := []struct {
		name  string
		rule  string
		where path
		value any // nil removes what is there
	}{
		{"point-in-time recovery is off", keeps, table.and("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"), false},
		{"the table can be deleted", keeps, table.and("DeletionProtectionEnabled"), nil},
		{"the table goes with the stack", keeps, path{"Resources", "Table", "DeletionPolicy"}, nil},
		{"the table goes when it is replaced", keeps, path{"Resources", "Table", "UpdateReplacePolicy"}, "Delete"},
		{"the table is not encrypted with a key of the account", keeps, table.and("SSESpecification"), nil},
		{"the table has a fixed capacity", keeps, table.and("BillingMode"), "PROVISIONED"},
		{"another attribute expires", keeps, table.and("TimeToLiveSpecification", "AttributeName"), "ttl"},
		{"a key is called otherwise", tableIsAs, table.and("KeySchema", 1, "AttributeName"), "range"},
		{"the index copies people's data", tableIsAs, table.and("GlobalSecondaryIndexes", 0, "Projection", "ProjectionType"), "ALL"},
		{"the index is keyed otherwise", tableIsAs, table.and("GlobalSecondaryIndexes", 0, "KeySchema", 0, "AttributeName"), "status"},
		{"the stream copies people's data", tableIsAs, table.and("StreamSpecification", "StreamViewType"), "NEW_AND_OLD_IMAGES"},
		{"a function is built for another processor", built, path{"Globals", "Function", "Architectures", 0}, "x86_64"},
		{"a function is built from another's folder", built, remind.and("CodeUri"), "functions/site/"},
		{"a function is not deployed", built, path{"Resources", "RemindFunction"}, nil},
		{"a function tells the builder's folders", built, path{"Resources", "ApplyFunction", "Metadata", "BuildProperties"}, nil},
		{"a function outlasts the gateway", built, path{"Resources", "ApplyFunction", "Properties", "Timeout"}, 60},
		{"routes are open by default", closed, api.and("Auth", "DefaultAuthorizer"), nil},
		{"a route does not say who may call it", closed, home.and("Auth"), nil},
		{"a new route does not say who may call it", closed, staff, route("/staff", "ANY", "")},
		{"a function has an address of its own", closed, path{"Resources", "ApplyFunction", "Properties", "FunctionUrlConfig"}, map[string]any{"AuthType": "NONE"}},
		{"a new route is open", listed, staff, route("/staff", "ANY", "NONE")},
		{"a route is gone", listed, path{"Resources", "ApplyFunction", "Properties", "Events", "Link"}, nil},
		{"a page has nobody to answer", reaches, path{"Resources", "SiteFunction", "Properties", "Events", "Otherwise"}, nil},
		{"a page is answered by the wrong function", reaches, staff, route("/me/{link}/edit", "ANY", "NONE")},
		{"a wrong method is left to the gateway", reaches, home.and("Method"), "GET"},
		{"a route has no budget", budgets, api.and("RouteSettings", "ANY /{experiment}/link"), nil},
		{"a route that mails has the budget of a page", budgets, api.and("RouteSettings", "ANY /{experiment}/applications", "ThrottlingRateLimit"), 100},
		{"other routes have no budget", budgets, api.and("DefaultRouteSettings"), nil},
		{"a budget is left of a route that is gone", budgets, api.and("RouteSettings", "ANY /gone"), map[string]any{"ThrottlingRateLimit": 1, "ThrottlingBurstLimit": 1}},
		{"every origin may call", origins, api.and("CorsConfiguration"), map[string]any{"AllowOrigins": []any{"*"}}},
		{"every origin may be allowed", origins, path{"Parameters", "AllowedOrigins", "AllowedPattern"}, ".*"},
		{"every origin may post", origins, path{"Parameters", "AllowedOrigins", "Default"}, "*"},
		{"the site may lack TLS", origins, path{"Parameters", "SiteUrl", "AllowedPattern"}, `(https?://[^\s/]+)?`},
		{"the access log tells private links", anonymous, api.and("AccessLogSettings", "Format"), `{"path":"$context.path"}`},
		{"the access log tells visitors' addresses", anonymous, api.and("AccessLogSettings", "Format"),
			`{"requestId":"$context.requestId","route":"$context.routeKey","status":"$context.status","latency":"$context.responseLatency","integrationError":"$context.integrationErrorMessage","ip":"$context.identity.sourceIp"}`},
		{"there is no access log", anonymous, api.and("AccessLogSettings"), nil},
		{"two functions share a role", ownRole, path{"Resources", "SiteFunction", "Properties", "Role", "Fn::GetAtt", 0}, "RemindRole"},
		{"a role has a policy from elsewhere", ownRole, path{"Resources", "SiteRole", "Properties", "ManagedPolicyArns"}, []any{"arn:aws:iam::aws:policy/AdministratorAccess"}},
		{"a function asks SAM for a policy", ownRole, path{"Resources", "SiteFunction", "Properties", "Policies"}, []any{"AmazonDynamoDBFullAccess"}},
		{"a page of a registration leads to the application's function", listed, path{"Resources", "RegisterFunction", "Properties", "Events", "Briefing"}, nil},
		{"a page of a survey leads to the application's function", listed, path{"Resources", "SurveyFunction", "Properties", "Events", "Research"}, nil},
		{"who answers may read whole tables", exact, path{"Resources", "SurveyRole", "Properties", "Policies", 1, "PolicyDocument", "Statement", 0, "Action", 2}, "dynamodb:Scan"},
		{"who registers may read whole tables", exact, path{"Resources", "RegisterRole", "Properties", "Policies", 1, "PolicyDocument", "Statement", 0, "Action", 2}, "dynamodb:Scan"},
		{"a role can be taken by anybody", ownRole, path{"Resources", "ApplyRole", "Properties", "AssumeRolePolicyDocument", "Statement", 0, "Principal"}, "*"},
		{"everything is allowed", exact, applyActions, "*"},
		{"everything with the table is allowed", exact, applyActions, "dynamodb:*"},
		{"reading whole tables is allowed", exact, applyActions.and(0), "dynamodb:Scan"},
		{"every table is open", exact, path{"Resources", "ApplyRole", "Properties", "Policies", 1, "PolicyDocument", "Statement", 0, "Resource"}, "*"},
		{"what the function needs is missing", exact, path{"Resources", "ApplyRole", "Properties", "Policies", 1}, map[string]any{}},
		{"a public function may send mail", exact, applyActions.and(0), "ses:SendRawEmail"},
		{"a public function may send mail as somebody", sender, applyActions.and(0), "ses:SendRawEmail"},
		{"mail may leave from any address", sender, sending.and("Condition"), nil},
		{"mail may leave from the office's address", sender, sending.and("Condition", "StringEquals", "ses:FromAddress", "Ref"), "MailReplyTo"},
		{"the site may read people's items", impersonal, reading.and("Condition"), nil},
		{"the site may read receipts", impersonal, reading.and("Condition", "ForAllValues:StringLike", "dynamodb:LeadingKeys", 0), "*"},
		{"the site may list people's items", impersonal, released.and("Condition"), nil},
		{"the site may list unpublished analyses", impersonal, released.and("Condition", "ForAllValues:StringLike", "dynamodb:LeadingKeys", 0), "analysis#*"},
		{"the site may list by the index", exact, released.and("Resource"), map[string]any{"Fn::Sub": "${Table.Arn}/index/*"}},
		{"the site may not read releases", impersonal, released.and("Action"), "logs:PutLogEvents"},
		{"the results have no page", listed, path{"Resources", "SiteFunction", "Properties", "Events", "Results"}, nil},
		{"the site may not read settings", impersonal, reading.and("Action"), "logs:PutLogEvents"},
		{"the site lacks its table", variables, path{"Resources", "SiteFunction", "Properties", "Environment", "Variables", "TABLE"}, nil},
		{"a function lacks its table", variables, path{"Resources", "ApplyFunction", "Properties", "Environment", "Variables", "TABLE"}, nil},
		{"mails link to nowhere", variables, remind.and("Environment", "Variables", "BASE_URL"), ref("SiteUrl")},
		{"a function of the API names the API", circle, path{"Resources", "ApplyFunction", "Properties", "Environment", "Variables", "BASE_URL"}, map[string]any{"Fn::Sub": "https://${Api}.example.jp"}},
		{"something names what is not there", circle, remind.and("Environment", "Variables", "MAIL_CONFIGURATION_SET"), ref("Mail")},
		{"a log is kept for ever", logs, path{"Resources", "ApplyLog", "Properties", "RetentionInDays"}, nil},
		{"a function's log is made by Lambda", logs, path{"Resources", "SiteFunction", "Properties", "LoggingConfig"}, nil},
		{"the log of hand-overs forgets before the table does", logs, path{"Resources", "RemindLog", "Properties", "RetentionInDays"}, 30},
		{"the log of acceptances forgets before the table does", logs, path{"Resources", "FeedbackLog", "Properties", "RetentionInDays"}, 14},
		{"a log is plain text", logs, remind.and("LoggingConfig", "LogFormat"), "Text"},
		{"the schedule's name lacks the stack's", zoned, minute.and("OmitName"), nil},
		{"the schedule has no zone", zoned, minute.and("ScheduleExpressionTimezone"), nil},
		{"the zone's name is wrong", zoned, path{"Parameters", "TimeZone", "Default"}, "Asia/Tokio"},
		{"the zone is UTC", zoned, path{"Parameters", "TimeZone", "Default"}, "UTC"},
		{"the schedule is not one", zoned, minute.and("ScheduleExpression"), "rate(1 minutes)"},
		{"the tick comes hourly", once, minute.and("ScheduleExpression"), "cron(0 * * * ? *)"},
		{"the schedule is off", once, minute.and("State"), "DISABLED"},
		{"the tick brings no time", once, minute.and("Input"), nil},
		{"the scheduler repeats", once, minute.and("RetryPolicy", "MaximumRetryAttempts"), 3},
		{"the scheduler repeats by default", once, minute.and("RetryPolicy"), nil},
		{"Lambda repeats by default", once, remind.and("EventInvokeConfig", "MaximumRetryAttempts"), nil},
		{"an old tick still runs", once, remind.and("EventInvokeConfig", "MaximumEventAgeInSeconds"), 21600},
		{"a run outlasts a claim's lease", once, remind.and("Timeout"), 900},
		{"a run lasts as long as a claim's lease", once, remind.and("Timeout"), 61},
		{"summaries come daily", repeated, hour.and("ScheduleExpression"), "cron(0 9 * * ? *)"},
		{"the hours are off", repeated, hour.and("State"), "DISABLED"},
		{"the hour brings no time", repeated, hour.and("Input"), nil},
		{"the scheduler gives an hour up", repeated, hour.and("RetryPolicy", "MaximumRetryAttempts"), 0},
		{"the scheduler gives an hour up after a minute", repeated, hour.and("RetryPolicy", "MaximumEventAgeInSeconds"), 60},
		{"Lambda gives an hour up", repeated, summarize.and("EventInvokeConfig", "MaximumRetryAttempts"), 0},
		{"undelivered hours are lost", repeated, hour.and("DeadLetterConfig"), nil},
		{"failed hours are lost", repeated, summarize.and("EventInvokeConfig", "DestinationConfig"), nil},
		{"alarms are not noted", noted, summarize.and("Events", "Rings"), nil},
		{"that an alarm is over is not noted", noted, summarize.and("Events", "Over"), nil},
		{"an alarm never is over", noted, path{"Resources", "FailedTicksAlarm", "Properties", "OKActions"}, nil},
		{"each alarm is two mails", noted, path{"Resources", "FailedTicksAlarm", "Properties", "OKActions", 0, "Ref"}, "Alarms"},
		{"people are not told that mail leaves again", noted, path{"Resources", "RemindSilentAlarm", "Properties", "OKActions", 0, "Ref"}, "AlarmsOver"},
		{"undelivered alarms are lost", noted, summarize.and("Events", "Rings", "Properties", "RedrivePolicy"), nil},
		{"undelivered alarms are refused", noted, path{"Resources", "UndeliveredAlarmsPolicy"}, nil},
		{"who summarizes may read whole tables", exact, summarizing.and(2), "dynamodb:Scan"},
		{"who summarizes may publish", "what summarizes writes its own notes alone", path{"Resources", "SummarizeRole", "Properties", "Policies", 1, "PolicyDocument", "Statement", 1, "Condition"}, nil},
		{"who summarizes may erase", exact, summarizing.and(2), "dynamodb:DeleteItem"},
		{"who summarizes may send mail", exact, summarizing.and(2), "ses:SendRawEmail"},
		{"a summary takes a quarter of an hour", built, summarize.and("Timeout"), 900},
		{"nothing wakes the sender", wakes, remind.and("Events", "NewMail"), nil},
		{"the stream is off", wakes, newMail.and("Enabled"), false},
		{"a batch that fails is repeated", wakes, newMail.and("MaximumRetryAttempts"), 3},
		{"a batch that fails is repeated by default", wakes, newMail.and("MaximumRetryAttempts"), nil},
		{"a batch that fails is repeated in halves", wakes, newMail.and("BisectBatchOnFunctionError"), true},
		{"old records wake the sender", wakes, newMail.and("MaximumRecordAgeInSeconds"), nil},
		{"records of before wake the sender", wakes, newMail.and("StartingPosition"), "TRIM_HORIZON"},
		{"ten senders wake at once", wakes, newMail.and("ParallelizationFactor"), 10},
		{"a mail waits for others", wakes, newMail.and("MaximumBatchingWindowInSeconds"), 5},
		{"a batch is too large for a run", wakes, newMail.and("BatchSize"), 10000},
		{"every write wakes the sender", wakes, newMail.and("FilterCriteria"), nil},
		{"the sender's own writes wake it", wakes, newMail.and("FilterCriteria", "Filters", 0, "Pattern"), `{"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"mail#"}]}}}}`},
		{"people's items wake the sender", wakes, newMail.and("FilterCriteria", "Filters", 0, "Pattern"), `{"eventName":["INSERT"]}`},
		{"another function reads the stream", wakes, feedback.and("Events", "NewMail"), map[string]any{"Type": "DynamoDB", "Properties": map[string]any{}}},
		{"undelivered ticks are lost", failures, minute.and("DeadLetterConfig"), nil},
		{"failed ticks are lost", failures, remind.and("EventInvokeConfig", "DestinationConfig"), nil},
		{"both kinds share a queue", failures, minute.and("DeadLetterConfig", "Arn", "Fn::GetAtt", 0), "FailedTicks"},
		{"a full queue is silent", failures, path{"Resources", "FailedTicksAlarm"}, nil},
		{"a queue is readable on disk", failures, path{"Resources", "FailedTicks", "Properties", "SqsManagedSseEnabled"}, false},
		{"a queue forgets within days", failures, path{"Resources", "UndeliveredTicks", "Properties", "MessageRetentionPeriod"}, nil},
		{"a queue that names addresses keeps them for weeks", failures, path{"Resources", "FailedFeedback", "Properties", "MessageRetentionPeriod"}, 1209600},
		{"failed events are silent", failures, path{"Resources", "FailedFeedbackAlarm"}, nil},
		{"undelivered events are readable on disk", failures, path{"Resources", "UndeliveredFeedback", "Properties", "SqsManagedSseEnabled"}, nil},
		{"anybody may tell of mails", guarded, publishing.and(0, "Principal"), "*"},
		{"any service may tell of mails", guarded, publishing.and(0, "Principal", "Service"), "sns.amazonaws.com"},
		{"SES of any account may tell of mails", guarded, publishing.and(0, "Condition", "StringEquals", "aws:SourceAccount"), nil},
		{"any configuration set may tell of mails", guarded, publishing.and(0, "Condition", "StringEquals", "aws:SourceArn"), nil},
		{"nothing conditions who tells of mails", guarded, publishing.and(0, "Condition"), nil},
		{"whoever may publish to all topics tells of mails", guarded, publishing.and(1), map[string]any{}},
		{"there is no policy, and the account may tell of mails", guarded, path{"Resources", "MailEventsPolicy"}, nil},
		{"the topic keeps addresses readable", guarded, path{"Resources", "MailEvents", "Properties", "KmsMasterKeyId"}, nil},
		{"the topic's key is one that SES may not use", guarded, path{"Resources", "MailEvents", "Properties", "KmsMasterKeyId"}, "alias/aws/sns"},
		{"anybody may use the topic's key", guarded, path{"Resources", "MailEventsKey", "Properties", "KeyPolicy", "Statement", 1, "Principal"}, "*"},
		{"a function listens to the alarms", guarded, path{"Resources", "RemindFunction", "Properties", "Events", "Alarm"}, map[string]any{"Type": "SNS", "Properties": map[string]any{"Topic": ref("Alarms")}}},
		{"acceptance is not told", heard, telling.and("MatchingEventTypes", 0), "open"},
		{"complaints are not told", heard, telling.and("MatchingEventTypes", 3), "click"},
		{"nothing is told", heard, telling.and("Enabled"), false},
		{"another set's events are told", heard, path{"Resources", "MailEventsDestination", "Properties", "ConfigurationSetName"}, "other"},
		{"SES is told of the topic before it may publish", heard, path{"Resources", "MailEventsDestination", "DependsOn"}, nil},
		{"nobody listens", heard, feedback.and("Events", "Told"), nil},
		{"undelivered events are lost", heard, feedback.and("Events", "Told", "Properties", "RedrivePolicy"), nil},
		{"undelivered events are refused", heard, path{"Resources", "UndeliveredFeedbackPolicy"}, nil},
		{"any topic may leave events", heard, path{"Resources", "UndeliveredFeedbackPolicy", "Properties", "PolicyDocument", "Statement", 0, "Condition"}, nil},
		{"failed events are lost", heard, feedback.and("EventInvokeConfig", "DestinationConfig"), nil},
		{"events are tried once", heard, feedback.and("EventInvokeConfig", "MaximumRetryAttempts"), 0},
		{"a mail that waits is silent", counts, path{"Resources", "OldestDueAlarm"}, nil},
		{"a mail that waits for an hour is silent", counts, path{"Resources", "OldestDueAlarm", "Properties", "Threshold"}, 3600},
		{"the oldest due mail is averaged away", counts, path{"Resources", "OldestDueAlarm", "Properties", "Statistic"}, "Average"},
		{"doubtful mails are silent", counts, path{"Resources", "InDoubtAlarm"}, nil},
		{"doubtful mails are not counted", counts, path{"Resources", "InDoubt"}, nil},
		{"a strain is silent", counts, path{"Resources", "StrainAlarm"}, nil},
		{"a strain is silent until there are ten", counts, path{"Resources", "StrainAlarm", "Properties", "Threshold"}, 10},
		{"strains are not counted", counts, path{"Resources", "Strain"}, nil},
		{"a second copy is silent", counts, path{"Resources", "AcceptedTwiceAlarm"}, nil},
		{"a second copy is looked for in the wrong log", counts, path{"Resources", "AcceptedTwice", "Properties", "LogGroupName", "Ref"}, "RemindLog"},
		{"a mail sent in spite of its end is silent", counts, path{"Resources", "SentInSpiteAlarm", "Properties", "MetricName"}, "MailsSent"},
		{"a pause is silent", counts, path{"Resources", "PausedItselfAlarm"}, nil},
		{"a pause is looked for by another message", counts, path{"Resources", "PausedItself", "Properties", "FilterPattern"}, `{ $.message = "mail paused" }`},
		{"a pause is looked for by another name of the message", counts, path{"Resources", "PausedItself", "Properties", "FilterPattern"}, `{ $.msg = "mail paused itself" }`},
		{"a summary without recipients is not counted", counts, path{"Resources", "Unread", "Properties", "FilterPattern"}, `{ $.message = "nobody" }`},
		{"that nobody gets the summaries is silent", counts, path{"Resources", "SummaryUnreadAlarm"}, nil},
		{"hours are not counted", counts, path{"Resources", "Hours"}, nil},
		{"bounces are counted for both stacks", counts, path{"Resources", "Bounced", "Properties", "MetricTransformations", 0, "MetricNamespace"}, "LivingLab"},
		{"a dead schedule is silent", ring, path{"Resources", "RemindSilentAlarm", "Properties", "TreatMissingData"}, "missing"},
		{"new mails hide a dead schedule", ring, path{"Resources", "RemindSilentAlarm", "Properties", "MetricName"}, "Invocations"},
		{"a dead schedule is silent for an hour", ring, path{"Resources", "RemindSilentAlarm", "Properties", "EvaluationPeriods"}, 12},
		{"a summary that fails is silent", ring, path{"Resources", "SummarizeErrorsAlarm"}, nil},
		{"dead hours are silent", ring, path{"Resources", "SummarizeSilentAlarm", "Properties", "TreatMissingData"}, "notBreaching"},
		{"dead hours are silent for a day", ring, path{"Resources", "SummarizeSilentAlarm", "Properties", "EvaluationPeriods"}, 24},
		{"alarms hide dead hours", ring, path{"Resources", "SummarizeSilentAlarm", "Properties", "MetricName"}, "Invocations"},
		{"a queue of hours that fail is silent", failures, path{"Resources", "FailedSummariesAlarm"}, nil},
		{"failing runs are silent", ring, path{"Resources", "RemindErrorsAlarm"}, nil},
		{"runs that are not allowed are silent", ring, path{"Resources", "RemindThrottlesAlarm", "Properties", "MetricName"}, "Duration"},
		{"feedback that fails is silent", ring, path{"Resources", "FeedbackErrorsAlarm"}, nil},
		{"lost applications are silent", ring, path{"Resources", "ApiFailuresAlarm"}, nil},
		{"an alarm reaches nobody", ring, path{"Resources", "ApplyErrorsAlarm", "Properties", "AlarmActions"}, nil},
		{"the table has a fixed name", twoStacks, table.and("TableName"), "livinglab"},
		{"a log has a fixed name", twoStacks, path{"Resources", "ApiLog", "Properties", "LogGroupName"}, "/aws/vendedlogs/api"},
		{"the configuration set has a fixed name", twoStacks, path{"Resources", "Mails", "Properties", "Name"}, "mails"},
		{"concurrency is reserved by default", fresh, path{"Parameters", "ReservedConcurrency", "Default"}, 50},
		{"concurrency is always reserved", fresh, path{"Resources", "SiteFunction", "Properties", "ReservedConcurrentExecutions"}, 5},
		{"a parameter has to be known", fresh, path{"Parameters", "AlarmEmail", "Default"}, nil},
		{"the example's sender can be deployed", examples, path{"Rules"}, nil},
		{"the example is somebody's", examples, path{"Parameters", "MailReplyTo", "Default"}, "office@lab.jp"},
		{"a sender may have a name", examples, path{"Parameters", "MailFrom", "AllowedPattern"}, ".+"},
		{"nobody watches the reputation", reputation, path{"Resources", "Mails", "Properties", "ReputationOptions"}, nil},
		{"nobody knows where the site is", tellers, path{"Outputs", "SiteUrl"}, nil},
	}

	caught := map[string]bool{}
	for _, mistake := range mistakes {
		caught[mistake.rule] = true
		t.Run(mistake.name, func(t *testing.T) {
			t.Parallel()
			whole := readTemplate(t)
			mistake.where.set(t, whole, mistake.value)
			for _, rule := range rules {
				if rule.name != mistake.rule {
					continue
				}
				var found findings
				rule.holds(whole, &found)
				if len(found) == 0 {
					t.Errorf("%q still holds", rule.name)
				}
				return
			}
			t.Fatalf("there is no rule %q", mistake.rule)
		})
	}
	for _, rule := range rules {
		if !caught[rule.name] {
			t.Errorf("no mistake is made against %q", rule.name)
		}
	}
}

// path leads to a place in the template.
type path []any

func (p path) and(further ...any) path { return append(p[:len(p):len(p)], further...) }

// set puts the value there, or removes what is there for nil. A mistake has to
// change something: it fails if the value is there already.
func (p path) set(t *testing.T, whole template, value any) {
	t.Helper()
	last := p[len(p)-1]
	holder := whole.at(p[:len(p)-1]...)
	if text(at(holder, last)) == text(value) {
		t.Fatalf("%v is %v already", p, value)
	}
	switch holder := holder.(type) {
	case map[string]any:
		if value == nil {
			delete(holder, last.(string))
			return
		}
		holder[last.(string)] = value
	case []any:
		holder[last.(int)] = value
	default:
		t.Fatalf("there is no %v", p[:len(p)-1])
	}
}
