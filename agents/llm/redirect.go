package llm

import "net/http"

// mostRedirects is how often a call is redirected on one server, say to the same path with a slash.
const mostRedirects = 3

// SameServer is a policy for http.Client: a redirect is followed on the same server alone, with the same method, since a key and a prompt
// are meant for nobody else. Any other is given back as it is.
func SameServer(next *http.Request, via []*http.Request) error {
	first := via[0]
	if next.URL.Scheme != first.URL.Scheme || next.URL.Host != first.URL.Host || next.Method != first.Method || len(via) > mostRedirects {
		return http.ErrUseLastResponse
	}
	return nil
}
