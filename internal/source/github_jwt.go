package source

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/argoplan/argoplan/internal/argocd"
)

// appJWT signs what a GitHub App shows to get a token: a JSON Web Token by
// RS256. It begins a minute ago, as clocks differ, and GitHub takes one of up to
// ten minutes.
func appJWT(app argocd.GitHubApp, now time.Time) (argocd.Secret, error) {
	key, err := rsaKey([]byte(app.PrivateKey.Reveal()))
	if err != nil {
		return argocd.Secret{}, err
	}
	claims, err := json.Marshal(map[string]any{
		"iat": now.Add(-time.Minute).Unix(), "exp": now.Add(5 * time.Minute).Unix(), "iss": strconv.FormatInt(app.ID, 10),
	})
	if err != nil {
		return argocd.Secret{}, err
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		return argocd.Secret{}, fmt.Errorf("signing with githubAppPrivateKey: %w", err)
	}
	return argocd.NewSecret(text + "." + base64.RawURLEncoding.EncodeToString(signature)), nil
}

// rsaKey reads what GitHub gives for download, and the same as PKCS #8. Errors
// hold nothing of the text.
func rsaKey(text []byte) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("githubAppPrivateKey: expected an RSA key in PEM, found something else")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if key, ok := parsed.(*rsa.PrivateKey); ok && err == nil {
		return key, nil
	}
	return nil, errors.New("githubAppPrivateKey: expected an RSA key in PEM, found another kind")
}
