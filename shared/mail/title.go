package mail

import "livinglab/shared/locale"

// Title returns what staff call such a mail, in a few words; of a kind that only newer
// code knows, its value.
func (k Kind) Title() locale.Text {
	if title, known := titles[k]; known {
		return title
	}
	return locale.Text{JA: string(k), EN: string(k)}
}

var titles = map[Kind]locale.Text{
	Acknowledgement: {JA: "応募の受付確認", EN: "application received"},
	Standing:        {JA: "応募が重なったときのご連絡", EN: "application that stands"},
	Link:            {JA: "専用ページのリンク", EN: "private link"},
	Changed:         {JA: "応募内容の変更の確認", EN: "application changed"},
	Withdrawn:       {JA: "取り下げの確認", EN: "withdrawal"},
	AddressConfirm:  {JA: "新しいアドレスの確認のお願い", EN: "new address to confirm"},
	AddressChanged:  {JA: "前のアドレスへの変更のご連絡", EN: "change of address, to the old one"},
	AddressMoved:    {JA: "新しいアドレスへの変更のご連絡", EN: "change of address, to the new one"},

	BriefingConfirmation: {JA: "説明会の登録の確認", EN: "briefing: seat confirmed"},
	BriefingWaiting:      {JA: "説明会のキャンセル待ちの確認", EN: "briefing: waiting list"},
	SeatOffered:          {JA: "説明会の空席のご案内", EN: "briefing: seat offered"},
	SeatLapsed:           {JA: "説明会の空席の期限切れ", EN: "briefing: seat offer lapsed"},
	BriefingChanged:      {JA: "説明会の参加日の変更の確認", EN: "briefing: date changed"},
	RegistrationCanceled: {JA: "説明会の登録の取り消しの確認", EN: "briefing: registration canceled"},
	RegistrationStanding: {JA: "説明会の登録が重なったときのご連絡", EN: "briefing: registration that stands"},
	BriefingReminder:     {JA: "説明会の前のお知らせ", EN: "briefing: reminder"},
	BriefingMoved:        {JA: "説明会の日程変更のお知らせ", EN: "briefing: moved"},
	BriefingCanceled:     {JA: "説明会の中止のお知らせ", EN: "briefing: called off"},
	BriefingThanks:       {JA: "説明会のお礼", EN: "briefing: thanks"},
	BriefingMissed:       {JA: "説明会の別の日程のご案内", EN: "briefing: other dates"},
	ApplicationReminder:  {JA: "応募の締め切り前のお知らせ", EN: "reminder to apply"},

	SurveyInvitation:   {JA: "アンケートのお願い", EN: "survey: invitation"},
	SurveyReminder:     {JA: "アンケートの再度のお願い", EN: "survey: reminder"},
	HostSurvey:         {JA: "受け入れ先アンケートのお願い", EN: "host survey: invitation"},
	HostSurveyReminder: {JA: "受け入れ先アンケートの再度のお願い", EN: "host survey: reminder"},
	ResearchLeft:       {JA: "研究への協力の取り消しの確認", EN: "research left"},

	StaffSummary: {JA: "事務局へのまとめ", EN: "summary to staff"},
}
