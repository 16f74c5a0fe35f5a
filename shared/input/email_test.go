package input

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/mail"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"livinglab/shared/locale"
)

func TestAddressesThatCanBeSentTo(t *testing.T) {
	t.Parallel()
	local64 := strings.Repeat("a", 64)
	for _, c := range []struct{ name, typed, original, send string }{
		{"a plain address", "hanako@example.jp", "hanako@example.jp", "hanako@example.jp"},
		{"a label after a plus", "a+b@example.com", "a+b@example.com", "a+b@example.com"},
		{"two dots, as a carrier allowed", "a..b@docomo.ne.jp", "a..b@docomo.ne.jp", "a..b@docomo.ne.jp"},
		{"a dot before the at sign", ".a.@ezweb.ne.jp", ".a.@ezweb.ne.jp", ".a.@ezweb.ne.jp"},
		{"a Japanese domain", "a@日本語.jp", "a@日本語.jp", "a@xn--wgv71a119e.jp"},
		{"the same domain decomposed", "a@か\u3099.jp", "a@か\u3099.jp", "a@xn--v8j.jp"},
		{"an ideographic full stop", "a@example。com", "a@example。com", "a@example.com"},
		{"a half-width full stop", "a@example｡com", "a@example｡com", "a@example.com"},
		{"full-width letters", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏｍ", "taro@example.com"},
		{"a full-width hyphen", "a－b@so−net.ne.jp", "a－b@so−net.ne.jp", "a-b@so-net.ne.jp"},
		{"spaces around", " \u3000a@example.com\r\n", "a@example.com", "a@example.com"},
		{"a capital local part", "Taro@Example.COM", "Taro@Example.COM", "Taro@example.com"},
		{"64 octets before the at sign", local64 + "@example.com", local64 + "@example.com", local64 + "@example.com"},
		{"every sign that needs no quotes", "!#$%&'*+-/=^_`{|}~@example.com", "!#$%&'*+-/=^_`{|}~@example.com", "!#$%&'*+-/=^_`{|}~@example.com"},
		{"the simulator of SES", "bounce+label@simulator.amazonses.com", "bounce+label@simulator.amazonses.com", "bounce+label@simulator.amazonses.com"},
		{"a two-letter label with hyphens", "a@r3--x.example.com", "a@r3--x.example.com", "a@r3--x.example.com"},
		{"a Japanese top level", "a@example.みんな", "a@example.みんな", "a@example.xn--q9jyb4c"},
		{"254 octets", local64 + "@" + strings.Repeat(strings.Repeat("d", 61)+".", 3) + "com", local64 + "@" + strings.Repeat(strings.Repeat("d", 61)+".", 3) + "com", local64 + "@" + strings.Repeat(strings.Repeat("d", 61)+".", 3) + "com"},
	} {
		got, problem := Email(c.typed)
		if want := (Address{c.original, c.send}); got != want || problem != (locale.Text{}) {
			t.Errorf("%s: %q became %q, %q with problem %q, want %q, %q", c.name, c.typed, got.Original, got.Send, problem.JA, want.Original, want.Send)
		}
	}
}

func TestAddressesThatNobodyCanSendTo(t *testing.T) {
	t.Parallel()
	const (
		example    = "(例：name@example.jp)"
		missing    = "メールアドレスを入力してください"
		unseen     = "メールアドレスに画面に表示されない文字が含まれています。コピーせずに入力し直してください"
		only       = "名前や記号を付けずに、メールアドレスだけを入力してください" + example
		one        = "メールアドレスを1つだけ入力してください"
		space      = "メールアドレスの中の空白を取り除いてください"
		incomplete = "メールアドレスの「@」のあとを最後まで入力してください" + example
		check      = "メールアドレスの「@」のあとを確かめて入力し直してください" + example
		long       = "メールアドレスが長すぎます。別のメールアドレスを入力してください"
	)
	for _, c := range []struct{ name, typed, want string }{
		{"nothing", "", missing},
		{"spaces", "　 ", missing},
		{"zero-width only", "\u200b", missing},
		{"no at sign", "hanako", "メールアドレスを「@」を含めて最後まで入力してください" + example},
		{"no local part", "@example.com", "メールアドレスの「@」の前を入力してください" + example},
		{"no domain", "a@", incomplete},
		{"quotes", `"a b"@example.com`, only},
		{"quotes around full-width", `＂a＂@example.com`, only},
		{"a Japanese local part", "山田@example.jp", "「@」の前に日本語などの文字があるメールアドレスには送信できません。英数字のメールアドレスを入力してください"},
		{"a trailing dot", "a@example.com.", "メールアドレスの末尾の「.」を取り除いてください"},
		{"65 octets before the at sign", strings.Repeat("a", 65) + "@example.com", "メールアドレスの「@」の前は64文字以内で入力してください"},
		{"255 octets", strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("d", 61)+".", 3) + "info", long},
		{"254 characters that become more as Punycode", strings.Repeat("a", 64) + "@" + strings.Repeat("漢字仮名交じり文の長い名前.", 5) + "jp", long},
		{"a label of 64", "a@" + strings.Repeat("d", 64) + ".com", check},
		{"two recipients", "a@example.com,b@example.com", one},
		{"two recipients with a space", "a@example.com; b@example.com", space},
		{"two recipients with 、", "a@example.com、b@example.com", one},
		{"two at signs", "a@b@example.com", one},
		{"angle brackets", "<a@example.com>", only},
		{"a display name", "Taro <a@example.com>", only},
		{"a comment", "a(x)@example.com", only},
		{"a line break", "a@b.com\r\nBcc: c@d.com", unseen},
		{"a lone line feed", "a\n@example.com", unseen},
		{"NUL", "a\x00@example.com", unseen},
		{"a right-to-left override", "a\u202e@example.com", unseen},
		{"a zero-width space inside", "a\u200b@example.com", unseen},
		{"a line separator", "a\u2028@example.com", unseen},
		{"an encoded word", "=?utf-8?Q?a?=@example.com", "メールアドレスを、符号化せずにそのまま入力してください"},
		{"an IPv4 literal", "a@[192.0.2.1]", check},
		{"an IPv6 literal", "a@[IPv6:2001:db8::1]", check},
		{"a bare IPv4 address", "a@192.0.2.1", check},
		{"a single label", "a@localhost", incomplete},
		{"a comma for a dot", "a@yahoo.co,jp", "メールアドレスの「,」を「.」に直してください"},
		{"a space inside", "a b@example.com", space},
		{"a space around the at sign", "a @ example.com", space},
		{"empty labels", "a@example..com", check},
		{"a leading dot", "a@.example.com", check},
		{"a leading hyphen", "a@-example.com", check},
		{"an underscore", "a@ex_ample.com", check},
		{"broken Punycode", "a@xn--a.com", check},
		{"one letter at the end", "a@example.c", check},
		{"a link", "mailto:a@example.com", "メールアドレスから「:」を取り除いてください"},
		{"a backslash", `a\@example.com`, "メールアドレスから「\\」を取り除いてください"},
		{"emoji in the local part", "😀@example.com", "「@」の前に日本語などの文字があるメールアドレスには送信できません。英数字のメールアドレスを入力してください"},
		{"no UTF-8", "a\xff@example.com", "メールアドレスの文字を読み取れませんでした。もう一度入力してください"},
	} {
		got, problem := Email(c.typed)
		if got != (Address{}) || problem.JA != c.want || problem.EN == "" {
			t.Errorf("%s: %q gave %q with problem %q, want %q", c.name, c.typed, got.Send, problem.JA, c.want)
		}
	}
}

func TestOneMailboxHasOneKey(t *testing.T) {
	t.Parallel()
	want, problem := Email("hanako@xn--wgv71a119e.jp")
	if problem != (locale.Text{}) {
		t.Fatal(problem.JA)
	}
	for _, typed := range []string{"Hanako@日本語.jp", "ＨＡＮＡＫＯ＠日本語。ＪＰ", " hanako@xn--WGV71A119E.jp "} {
		got, _ := Email(typed)
		if got.Key() != want.Key() {
			t.Errorf("%q has key %q, want %q", typed, got.Key(), want.Key())
		}
	}
	if other, _ := Email("hanako+lab@日本語.jp"); other.Key() == want.Key() {
		t.Error("an address with a label is another mailbox")
	}
}

func TestAddressesStayOutOfLogs(t *testing.T) {
	t.Parallel()
	address, _ := Email("canary@example.com")
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("test", "address", address, "pointer", &address)
	fmt.Fprintf(&log, "%v %+v %#v %s %q", address, &address, address, []Address{address}, address)
	if strings.Contains(log.String(), "canary") {
		t.Errorf("the address was printed: %s", log.String())
	}
	stored, err := json.Marshal(address)
	if err != nil || !strings.Contains(string(stored), "canary") {
		t.Errorf("the address is not stored: %s, %v", stored, err)
	}
}

func TestEveryAcceptedAddressIsOneRecipient(t *testing.T) {
	t.Parallel()
	parts := rapid.StringMatching(`[a-zA-Z0-9.!#$%&'*+/=?^_{|}~@"<>(),;: 日本。＠ａ\-\r\n]{0,20}`)
	typed := rapid.OneOf(anything(), rapid.Custom(func(t *rapid.T) string {
		return parts.Draw(t, "local") + "@" + parts.Draw(t, "domain") + rapid.SampledFrom([]string{"", ".jp", ".com", "。com", "."}).Draw(t, "end")
	}))
	rapid.Check(t, func(t *rapid.T) { emailHolds(t, typed.Draw(t, "typed")) })
}

func emailHolds(t interface{ Fatalf(string, ...any) }, typed string) {
	address, problem := Email(typed)
	if (address == Address{}) == (problem == (locale.Text{})) {
		t.Fatalf("%q gave %q with problem %q", typed, address.Send, problem.JA)
	}
	clean(t, address.Original, false)
	if problem != (locale.Text{}) {
		return
	}
	for i := range len(address.Send) {
		if c := address.Send[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`<>()"[]\,;:`, c) >= 0 {
			t.Fatalf("%q is sent to %q", typed, address.Send)
		}
	}
	if strings.Count(address.Send, "@") != 1 || len(address.Send) > 254 {
		t.Fatalf("%q is sent to %q", typed, address.Send)
	}
	// The standard parser refuses the dots of carriers, but nothing else.
	local, domain, _ := strings.Cut(address.Send, "@")
	if parsed, err := mail.ParseAddress(strings.ReplaceAll(local, ".", "d") + "@" + domain); err != nil || parsed.Name != "" {
		t.Fatalf("%q is sent to %q, which parses as %v, %v", typed, address.Send, parsed, err)
	}
	if again, _ := Email(address.Send); again.Send != address.Send || again.Key() != address.Key() {
		t.Fatalf("%q became %q and then %q", typed, address.Send, again.Send)
	}
	if again, _ := Email(address.Original); again != address {
		t.Fatalf("%q became %q and then %q", typed, address.Original, again.Original)
	}
}

func FuzzEmail(f *testing.F) {
	for _, typed := range []string{"a@example.com", "a@日本語.jp", "ａ＠ｂ。com", "a@xn--wgv71a119e.jp", "<a@b.c>", "a@ß.de", "a@gmial.con", "a@yahoo.co,jp"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		emailHolds(t, typed)
		suggestHolds(t, typed)
	})
}

func TestSlipsOfKnownDomainsArePointedOut(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"a@gmial.com": "a@gmail.com", "a@gmai.com": "a@gmail.com", "a@gmal.com": "a@gmail.com", "a@gnail.com": "a@gmail.com",
		"a@gamil.com": "a@gmail.com", "a@mgail.com": "a@gmail.com", "a@gmaill.com": "a@gmail.com", "a@gmail.con": "a@gmail.com",
		"a@gmail.co": "a@gmail.com", "a@gmail.cm": "a@gmail.com", "a@gmail.co.jp": "a@gmail.com", "a@gmail.ne.jp": "a@gmail.com",
		"a@gmail,com": "a@gmail.com", "a@gmail..com": "a@gmail.com", "a@gmail.com.": "a@gmail.com", "a@gmial.con": "a@gmail.com",
		"Taro.Y@GMIAL.COM": "Taro.Y@gmail.com", "ａ＠ｇｍｉａｌ。ｃｏｍ": "a@gmail.com",
		"a@yaho.co.jp": "a@yahoo.co.jp", "a@yahoo.co,jp": "a@yahoo.co.jp", "a@yahoo.cojp": "a@yahoo.co.jp", "a@yahoo.co.jo": "a@yahoo.co.jp",
		"a@yahooo.co.jp": "a@yahoo.co.jp", "a@yhaoo.co.jp": "a@yahoo.co.jp", "a@yahoo.cp.jp": "a@yahoo.co.jp", "a@yahho.co.jo": "a@yahoo.co.jp",
		"a@docomo.nejp": "a@docomo.ne.jp", "a@docomo.co.jp": "a@docomo.ne.jp", "a@docomo.jp": "a@docomo.ne.jp", "a@dokomo.ne.jp": "a@docomo.ne.jp",
		"a..b@docom.ne.jp": "a..b@docomo.ne.jp", "a@docomo.ne.jpp": "a@docomo.ne.jp", "a@dcomo.ne.jp": "a@docomo.ne.jp",
		"a@ezwed.ne.jp": "a@ezweb.ne.jp", "a@ezweb.co.jp": "a@ezweb.ne.jp", "a@sofbank.ne.jp": "a@softbank.ne.jp", "a@isoftbank.jp": "a@i.softbank.jp",
		"a@iclud.com": "a@icloud.com", "a@icloud.co.jp": "a@icloud.com", "a@icloud.cim": "a@icloud.com",
		"a@hotmal.com": "a@hotmail.com", "a@hotmial.co.jp": "a@hotmail.co.jp", "a@outlok.jp": "a@outlook.jp", "a@outllok.com": "a@outlook.com",
		"a@example.con": "a@example.com", "a@example.cojp": "a@example.co.jp", "a@example.ne,jp": "a@example.ne.jp",
	} {
		if got, ok := Suggest(typed); got != want || !ok {
			t.Errorf("%q suggests %q, want %q", typed, got, want)
		}
	}
}

func TestRealDomainsRaiseNoAlarm(t *testing.T) {
	t.Parallel()
	for domain := range strings.FieldsSeq(`
		gmail.com googlemail.com icloud.com me.com mac.com outlook.com outlook.jp outlook.fr outlook.de hotmail.com hotmail.co.jp
		hotmail.co.uk hotmail.fr hotmail.it hotmail.de hotmail.es live.jp live.com msn.com windowslive.com passport.com
		yahoo.co.jp yahoo.ne.jp yahoo.com yahoo.co.uk yahoo.co.in yahoo.co.id yahoo.co.kr yahoo.com.tw yahoo.com.hk yahoo.com.br
		yahoo.com.au yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.ca yahoo.cn ymail.com ymail.ne.jp rocketmail.com ybb.ne.jp bbtec.net
		docomo.ne.jp nttdocomo.com dwmail.jp mopera.net ezweb.ne.jp au.com auone.jp uqmobile.jp uqmail.jp softbank.ne.jp
		softbank.co.jp g.softbank.co.jp i.softbank.jp vodafone.ne.jp d.vodafone.ne.jp t.vodafone.ne.jp jp-t.ne.jp disney.ne.jp disneymobile.ne.jp
		emobile.ne.jp emnet.ne.jp ymobile.ne.jp ymobile1.ne.jp willcom.com wcm.ne.jp pdx.ne.jp rakuten.jp rakumail.jp rakuten.com rakuten.co.jp mineo.jp
		nifty.com nifty.ne.jp biglobe.ne.jp biglobe.jp mwe.biglobe.ne.jp kuf.biglobe.ne.jp so-net.ne.jp so-net.jp ocn.ne.jp odn.ne.jp odn.ad.jp ocn.jp
		plala.or.jp dti.ne.jp dti.jp infoweb.ne.jp hi-ho.ne.jp asahi-net.or.jp jcom.home.ne.jp jcom.zaq.ne.jp zaq.ne.jp commufa.jp eonet.ne.jp
		iij4u.or.jp iijmio-mail.jp wakwak.com excite.co.jp excite.com goo.jp goo.ne.jp infoseek.jp mail.goo.ne.jp livedoor.com tiki.ne.jp
		mail.com email.com email.cz gmx.com gmx.de gmx.net web.de t-online.de freenet.de aol.com aol.jp aim.com proton.me protonmail.com protonmail.ch pm.me
		tutanota.com tuta.io fastmail.com fastmail.jp hey.com zoho.com zohomail.com yandex.ru yandex.com mail.ru bk.ru inbox.ru list.ru rambler.ru
		qq.com foxmail.com 163.com 126.com sina.com sohu.com naver.com daum.net hanmail.net kakao.com nate.com pchome.com.tw
		orange.fr free.fr laposte.net sfr.fr libero.it virgilio.it tiscali.it comcast.net att.net sbcglobal.net verizon.net cox.net btinternet.com sky.com
		bigpond.com shaw.ca rogers.com bluewin.ch telenet.be ziggo.nl home.nl uol.com.br bol.com.br terra.com.br
		u-tokyo.ac.jp g.ecc.u-tokyo.ac.jp kyoto-u.ac.jp shinshu-u.ac.jp waseda.jp keio.jp city.shiojiri.lg.jp pref.nagano.lg.jp
		persol.co.jp example.com example.jp example.co.jp example.cm example.co example.om example.ne.jp xn--wgv71a119e.jp google.com amazon.co.jp
	`) {
		if got, ok := Suggest("hanako@" + domain); ok {
			t.Errorf("%s suggests %q", domain, got)
		}
	}
	for _, typed := range []string{"", "a", "@", "a@b@c", "@gmial.com", "山田@gmial.com", "a@[192.0.2.1]"} {
		if got, ok := Suggest(typed); ok {
			t.Errorf("%q suggests %q", typed, got)
		}
	}
}

func suggestHolds(t interface{ Fatalf(string, ...any) }, typed string) {
	meant, ok := Suggest(typed)
	if !ok {
		return
	}
	if address, problem := Email(meant); problem != (locale.Text{}) || address.Send != meant {
		t.Fatalf("%q suggests %q, which is no address: %s", typed, meant, problem.JA)
	}
	if again, ok := Suggest(meant); ok {
		t.Fatalf("%q suggests %q, which suggests %q", typed, meant, again)
	}
}

func TestASuggestionIsFinal(t *testing.T) {
	t.Parallel()
	domain := rapid.OneOf(rapid.StringMatching(`[a-z.,-]{1,16}`), rapid.Custom(func(t *rapid.T) string {
		known := []byte(rapid.SampledFrom(mailDomains[:]).Draw(t, "known"))
		for range rapid.IntRange(1, 3).Draw(t, "slips") {
			known[rapid.IntRange(0, len(known)-1).Draw(t, "at")] = rapid.SampledFrom([]byte("abcmnop.,j")).Draw(t, "letter")
		}
		return string(known)
	}))
	rapid.Check(t, func(t *rapid.T) { suggestHolds(t, "a@"+domain.Draw(t, "domain")) })
}
