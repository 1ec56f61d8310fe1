package llm

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RetryAfter is how long a server's headers ask to wait, 0 where they don't: Retry-After in seconds, with a fraction too, or as a date;
// OpenAI's retry-after-ms.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	if ms, ok := positive(h.Get("Retry-After-Ms")); ok {
		return time.Duration(ms * float64(time.Millisecond))
	}
	after := strings.TrimSpace(h.Get("Retry-After"))
	if s, ok := positive(strings.TrimSuffix(after, "s")); ok {
		return time.Duration(s * float64(time.Second))
	}
	if at, err := http.ParseTime(after); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

func positive(s string) (float64, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return f, err == nil && f > 0 && f < 1e9
}
