package llm

import (
	"errors"
	"net/url"
)

// CheckURL refuses an address that would carry a secret into errors, logs and designs. Its own errors don't show it for the same reason.
func CheckURL(base string) error {
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("not a URL like http://127.0.0.1:8000/v1")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return errors.New("a base URL has no user, password, query or fragment; a key belongs into the variable for keys")
	}
	return nil
}
