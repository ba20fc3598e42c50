package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/redact"
)

// spelled gives texts that tell the secret, each within other text.
func spelled(secret string) map[string]string {
	quoted, _ := json.Marshal("a " + secret + " b")
	all := map[string]string{
		"raw": "x=" + secret + "!", "json": string(quoted), "go": strconv.Quote("say " + secret), "query": "p=" + url.QueryEscape(secret), "path": "/" + url.PathEscape(secret),
		"hex": "0x" + hex.EncodeToString([]byte(secret)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(secret))),
	}
	for before := range 3 {
		for name, e := range map[string]*base64.Encoding{"std": base64.StdEncoding, "url": base64.URLEncoding} {
			all[fmt.Sprint("base64 ", name, before)] = e.EncodeToString([]byte("user:"[:before] + secret + ":rest"))
		}
	}
	return all
}

func TestEverySpellingIsHidden(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"c4n/ry+va\"lue", "hunter", "48151623", "p&ss <w>'rd", "line one\nline two", "pässwörd"} {
		r := redact.New()
		r.Learn(secret)
		for name, text := range spelled(secret) {
			got := r.Text(text)
			if !strings.Contains(got, redact.Mask) {
				t.Errorf("%q, %s: Text(%q) = %q", secret, name, text, got)
			}
			if again := r.Text(got); again != got {
				t.Errorf("%q, %s: a second pass gives %q after %q", secret, name, again, got)
			}
		}
	}
}

func TestWhatIsNoSecret(t *testing.T) {
	t.Parallel()
	r := redact.New()
	r.Learn("", "true", "admin", "12345", "disabled", "Password", "shop-api", "  \n", "masked", "ordersdb")
	r.Spare("shop-api")
	for _, text := range []string{
		"true admin 12345 disabled", "the password of shop-api", "Deployment shop/shop-api", redact.Mask, "<masked, before>",
		"myordersdb", "ordersdb2", // a plain word counts as a whole word
		"ssh://git@example.com/a", "https://example.com/a@b", "git@github.com:a/b", "postgres://user:$(PASSWORD)@db", "https://${TOKEN}@example.com",
	} {
		if got := r.Text(text); got != text {
			t.Errorf("Text(%q) = %q", text, got)
		}
	}
	if got := r.Text("jdbc:ordersdb/x"); got != "jdbc:<masked>/x" {
		t.Errorf("a whole word stays: %q", got)
	}
}

func TestPasswordsInURLs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"fetching https://me:pw@git.example.com/x.git: denied": "fetching https://<masked>@git.example.com/x.git: denied",
		"https://ghp_token@github.com/a":                       "https://<masked>@github.com/a",
		"a postgres://app:s3@db/x b":                           "a postgres://app:<masked>@db/x b",
		"proxy http://u:p@proxy:3128":                          "proxy http://<masked>@proxy:3128",
	} {
		if got := redact.New().Text(text); got != want {
			t.Errorf("Text(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestLinesOfAKey(t *testing.T) {
	t.Parallel()
	const line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"
	r := redact.New()
	r.Learn("-----BEGIN PRIVATE KEY-----\n" + line + "\n-----END PRIVATE KEY-----\n")
	got := r.Text("key: |\n  -----BEGIN PRIVATE KEY-----\n  " + line + "\n")
	if got != "key: |\n  -----BEGIN PRIVATE KEY-----\n  <masked>\n" {
		t.Errorf("found %q", got)
	}
}

// plainWord is what may stay as a part of another word.
var plainWord = regexp.MustCompile(`^([A-Za-z]{1,20}|[0-9]{1,20})$`)

// FuzzText wants no spelling of a secret to be left, and a second pass to
// change nothing.
func FuzzText(f *testing.F) {
	for _, s := range []string{"c4n/ry+va\"lue", "hunter", "48151623", "a\nb\nc\nd", "aaaaaaaa", "<masked", "%41%42%43", "https://a:b@c"} {
		f.Add(s, "before ", " after")
	}
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		r := redact.New()
		r.Learn(secret)
		if r.Text("x "+secret+" y") == "x "+secret+" y" {
			return // too short, or a word that says nothing
		}
		secret = strings.TrimSpace(secret)
		plain := plainWord.MatchString(secret)
		if plain {
			before, after = "", ""
		}
		for name, text := range spelled(secret) {
			got := r.Text(before + text + after)
			left := strings.Split(got, redact.Mask)
			holds := func(part string) bool { return strings.Contains(part, secret) }
			if !plain && slices.ContainsFunc(left, holds) || len(left) == 1 {
				t.Errorf("%s: Text(%q) = %q", name, before+text+after, got)
			}
		}
	})
}
