package argocd

// Reveal gives the secret texts of all credentials, for those who hide them:
// passwords, tokens and private keys, not the users.
func (c Credentials) Reveal() []string {
	var texts []string
	for _, k := range c.list {
		for _, s := range []Secret{k.Password, k.BearerToken, k.SSHPrivateKey, k.TLSClientCertKey, k.App.PrivateKey} {
			if !s.IsEmpty() {
				texts = append(texts, s.Reveal())
			}
		}
	}
	return texts
}
