package input

import (
	"slices"

	"livinglab/shared/locale"
)

// Prefecture is where a person lives.
type Prefecture struct {
	Code string // of JIS X 0401, "01" to "47"; Abroad otherwise
	Name locale.Text
}

// Abroad is the code of those who live outside of Japan.
const Abroad = "99"

// Prefectures lists the prefectures from north to south, and abroad.
var Prefectures = [...]Prefecture{
	{"01", locale.Text{JA: "北海道", EN: "Hokkaido"}},
	{"02", locale.Text{JA: "青森県", EN: "Aomori"}},
	{"03", locale.Text{JA: "岩手県", EN: "Iwate"}},
	{"04", locale.Text{JA: "宮城県", EN: "Miyagi"}},
	{"05", locale.Text{JA: "秋田県", EN: "Akita"}},
	{"06", locale.Text{JA: "山形県", EN: "Yamagata"}},
	{"07", locale.Text{JA: "福島県", EN: "Fukushima"}},
	{"08", locale.Text{JA: "茨城県", EN: "Ibaraki"}},
	{"09", locale.Text{JA: "栃木県", EN: "Tochigi"}},
	{"10", locale.Text{JA: "群馬県", EN: "Gunma"}},
	{"11", locale.Text{JA: "埼玉県", EN: "Saitama"}},
	{"12", locale.Text{JA: "千葉県", EN: "Chiba"}},
	{"13", locale.Text{JA: "東京都", EN: "Tokyo"}},
	{"14", locale.Text{JA: "神奈川県", EN: "Kanagawa"}},
	{"15", locale.Text{JA: "新潟県", EN: "Niigata"}},
	{"16", locale.Text{JA: "富山県", EN: "Toyama"}},
	{"17", locale.Text{JA: "石川県", EN: "Ishikawa"}},
	{"18", locale.Text{JA: "福井県", EN: "Fukui"}},
	{"19", locale.Text{JA: "山梨県", EN: "Yamanashi"}},
	{"20", locale.Text{JA: "長野県", EN: "Nagano"}},
	{"21", locale.Text{JA: "岐阜県", EN: "Gifu"}},
	{"22", locale.Text{JA: "静岡県", EN: "Shizuoka"}},
	{"23", locale.Text{JA: "愛知県", EN: "Aichi"}},
	{"24", locale.Text{JA: "三重県", EN: "Mie"}},
	{"25", locale.Text{JA: "滋賀県", EN: "Shiga"}},
	{"26", locale.Text{JA: "京都府", EN: "Kyoto"}},
	{"27", locale.Text{JA: "大阪府", EN: "Osaka"}},
	{"28", locale.Text{JA: "兵庫県", EN: "Hyogo"}},
	{"29", locale.Text{JA: "奈良県", EN: "Nara"}},
	{"30", locale.Text{JA: "和歌山県", EN: "Wakayama"}},
	{"31", locale.Text{JA: "鳥取県", EN: "Tottori"}},
	{"32", locale.Text{JA: "島根県", EN: "Shimane"}},
	{"33", locale.Text{JA: "岡山県", EN: "Okayama"}},
	{"34", locale.Text{JA: "広島県", EN: "Hiroshima"}},
	{"35", locale.Text{JA: "山口県", EN: "Yamaguchi"}},
	{"36", locale.Text{JA: "徳島県", EN: "Tokushima"}},
	{"37", locale.Text{JA: "香川県", EN: "Kagawa"}},
	{"38", locale.Text{JA: "愛媛県", EN: "Ehime"}},
	{"39", locale.Text{JA: "高知県", EN: "Kochi"}},
	{"40", locale.Text{JA: "福岡県", EN: "Fukuoka"}},
	{"41", locale.Text{JA: "佐賀県", EN: "Saga"}},
	{"42", locale.Text{JA: "長崎県", EN: "Nagasaki"}},
	{"43", locale.Text{JA: "熊本県", EN: "Kumamoto"}},
	{"44", locale.Text{JA: "大分県", EN: "Oita"}},
	{"45", locale.Text{JA: "宮崎県", EN: "Miyazaki"}},
	{"46", locale.Text{JA: "鹿児島県", EN: "Kagoshima"}},
	{"47", locale.Text{JA: "沖縄県", EN: "Okinawa"}},
	{Abroad, locale.Text{JA: "海外", EN: "Outside Japan"}},
}

// PrefectureByCode returns the prefecture with the code and whether there is one.
func PrefectureByCode(code string) (Prefecture, bool) {
	i := slices.IndexFunc(Prefectures[:], func(p Prefecture) bool { return p.Code == code })
	if i < 0 {
		return Prefecture{}, false
	}
	return Prefectures[i], true
}

// PrefectureCode checks where a person lives, which is required, and returns
// the code.
func PrefectureCode(typed string) (string, locale.Text) {
	label := locale.Text{JA: "お住まいの都道府県", EN: "your prefecture"}
	if typed == "" {
		return "", unchosen(label)
	}
	if _, ok := PrefectureByCode(typed); !ok {
		return "", chooseAgain(label)
	}
	return typed, locale.Text{}
}
