package faults

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Lines of Ollama's wire.
func piece(text string) string {
	return `{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":` + quote(text) + `},"done":false}` +
		"\n"
}

func end(reason, more string) string {
	return `{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"` +
		reason + `"` + more + "}\n"
}

const counts = `,"total_duration":100000000,"load_duration":1000000,"prompt_eval_count":100,"eval_count":20`

func (c *call) lines(text ...string) {
	c.w.Header().Set("Content-Type", "application/x-ndjson")
	c.write(strings.Join(text, ""))
}

func right(text string) string {
	half := len(text) / 2
	for half > 0 && text[half]&0xc0 == 0x80 { // whole characters
		half--
	}
	return piece(text[:half]) + piece(text[half:]) + end("stop", counts)
}

// okay answers rightly.
func (c *call) okay() { c.lines(right(c.text)) }

// changed sends a right answer of which the lines are changed.
func changed(change func(string) string) func(*call) {
	return func(c *call) { c.lines(change(right(c.text))) }
}

// when fails in the calls that fail says, and answers rightly in the others.
func when(fails func(k int) bool, how func(*call)) func(*call) {
	return func(c *call) {
		if fails(c.k) {
			how(c)
			return
		}
		c.okay()
	}
}

func fault(format string, args ...any) string {
	return `{"error":` + quote(fmt.Sprintf(format, args...)) + "}\n"
}

// longer refuses prompts of more than so many tokens.
func longer(most, code int, words string) func(*call) {
	return func(c *call) {
		if c.tokens() > most {
			c.status(code, fault("%s", strings.ReplaceAll(words, "%d", strconv.Itoa(most))))
			return
		}
		c.okay()
	}
}

var ollamaModes = []Mode{
	{"ollama", "ok", "answers rightly", Plays, "", (*call).okay},

	{"ollama", "crlf", "lines end with CR and LF, and empty ones stand between them", Plays, "",
		changed(func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n\r\n") })},
	{"ollama", "bom", "a byte order mark first", Plays, "", changed(func(s string) string { return "\ufeff" + s })},
	{"ollama", "done-capitals", "done_reason STOP", Plays, "",
		changed(func(s string) string { return strings.Replace(s, `"stop"`, `"STOP"`, 1) })},
	{"ollama", "html-ctype", "lines as text/html", Plays, "", func(c *call) {
		c.w.Header().Set("Content-Type", "text/html")
		c.write(right(c.text))
	}},
	{"ollama", "no-done-word", "the reason of the end, and no `done`", Plays, "",
		changed(func(s string) string { return strings.Replace(s, `"done":true,`, "", 1) })},
	{"ollama", "done-string", "`done` in quotes", Plays, "",
		changed(func(s string) string { return strings.Replace(s, `"done":true`, `"done":"true"`, 1) })},
	{"ollama", "no-counts", "no counts", Plays, "", func(c *call) { c.lines(piece(c.text), end("stop", "")) }},
	{"ollama", "float-counts", "counts with fractions and in quotes", Plays, "", func(c *call) {
		c.lines(piece(c.text), end("stop", `,"prompt_eval_count":100.0,"eval_count":"20","load_duration":1.5`))
	}},
	{"ollama", "odd-counts", "counts that are none", Plays, "", func(c *call) {
		c.lines(piece(c.text), end("stop", `,"prompt_eval_count":[],"eval_count":9223372036854775808`))
	}},
	{"ollama", "model-number", "the model is a number", Plays, "",
		changed(func(s string) string { return strings.ReplaceAll(s, `"model":"m"`, `"model":7`) })},
	{"ollama", "odd-time", "created_at is no time", Plays, "",
		changed(func(s string) string { return strings.ReplaceAll(s, "2026-01-01T00:00:00Z", "now") })},
	{"ollama", "error-false", "`error: false`", Plays, "",
		changed(func(s string) string { return strings.ReplaceAll(s, `{"model"`, `{"error":false,"model"`) })},
	{"ollama", "content-parts", "content as a list of parts", Plays, "", func(c *call) {
		c.lines(strings.Replace(piece(c.text), quote(c.text), `[{"type":"text","text":`+quote(c.text)+`}]`, 1), end("stop", counts))
	}},
	{"ollama", "thinking-only", "the answer as thinking", Plays, "", func(c *call) {
		c.lines(`{"model":"m","message":{"role":"assistant","content":"","thinking":`+quote(c.text)+`},"done":false}`+"\n",
			end("stop", counts))
	}},
	{"ollama", "trail-after-done", "text, an error and rubbish behind the end", Plays, "",
		func(c *call) { c.lines(right(c.text), piece(Marker), fault(Marker), Marker+"}}\n") }},
	{"ollama", "held-open", "holds the connection open behind the end", Plays, "", func(c *call) {
		c.lines(right(c.text))
		_ = http.NewResponseController(c.w).Flush()
		c.hang()
	}},
	{"ollama", "no-think-400", "refuses `think`", Plays, "", func(c *call) {
		if c.body["think"] != nil {
			c.status(400, fault(`"no-think-400" does not support thinking`))
			return
		}
		c.okay()
	}},

	{"ollama", "crash-500", "two of three of the first 15 calls are a 500", Plays, "",
		when(func(k int) bool { return k <= 15 && k%3 != 0 }, always(500, fault("llama runner process has terminated: exit status 2")))},
	{"ollama", "error-line", "every third call breaks off with an error", Plays, "", when(third, func(c *call) {
		c.lines(piece(`{"thought":"`+Marker), fault("an error was encountered while running the model: CUDA error"))
	})},
	{"ollama", "error-object", "likewise, the error an object", Plays, "", when(third, func(c *call) { c.lines(piece(Marker), `{"error":{"message":"CUDA error"}}`+"\n") })},
	{"ollama", "late-error", "every third call has an error before its end", Plays, "",
		when(third, func(c *call) { c.lines(piece(Marker), fault("unexpected EOF"), end("stop", counts)) })},
	{"ollama", "flaky", "every third connection breaks off", Plays, "", when(third, func(c *call) { c.lines(piece(Marker)); c.cut() })},
	{"ollama", "load-once", "every third call only loads the model", Plays, "", when(third, func(c *call) { c.lines(end("load", "")) })},
	{"ollama", "evicted-back", "every fourth call does not find the model", Plays, "",
		when(func(k int) bool { return k%4 == 0 }, always(404, fault("model 'evicted-back' not found")))},
	{"ollama", "busy-503", "every third call: the queue is full", Plays, "",
		when(third, always(503, fault("server busy, please try again.  maximum pending requests exceeded")))},
	{"ollama", "rate-429", "every third call 429 with Retry-After in fractions", Plays, "",
		when(third, always(429, fault("too many requests"), "Retry-After", "0.2"))},

	{"ollama", "ctx-400", "refuses prompts over 950 tokens, and says no number", Plays, "",
		longer(950, 400, "the input length exceeds the context length")},
	{"ollama", "ctx-number", "likewise, with the number", Plays, "",
		longer(950, 500, "input length exceeds the model's maximum context length (%d tokens)")},

	{"ollama", "length", "the token limit ends every reply", Hopeless, "truncated", func(c *call) { c.lines(piece(`{"thought":"`+Marker), end("length", counts)) }},

	{"ollama", "oom-500", "too little memory", Outage, "",
		always(500, fault("model requires more system memory (7.6 GiB) than is available (5.1 GiB)"))},
	{"ollama", "auth-401", "wants a key", Outage, "", always(401, fault("unauthorized"))},
	{"ollama", "evicted-404", "the model is gone after five calls", Outage, "",
		when(func(k int) bool { return k > 5 }, always(404, fault("model 'evicted-404' not found")))},
	{"ollama", "error-500", "500, always", Outage, "", always(500, fault("llama runner process has terminated"))},
	{"ollama", "load-only", "loads the model, always", Outage, "", func(c *call) { c.lines(end("load", "")) }},
	{"ollama", "html-200", "a page to sign in", Outage, "", func(c *call) {
		c.w.Header().Set("Content-Type", "text/html")
		c.write("<html><title>Sign in</title></html>")
	}},
	{"ollama", "redirect-away", "redirects to another host", Outage, "", always(307, "", "Location", "http://192.0.2.1/api/chat")},
	{"ollama", "never", "never answers", Outage, "", (*call).hang},

	{"ollama", "prose-fenced", "words and a Markdown fence about the object", Reading, "",
		func(c *call) { c.lines(right("Sure! Here you go:\n```json\n" + c.text + "\n```\nLet me know.")) }},
	{"ollama", "dup-first", "the first brace twice", Reading, "", func(c *call) { c.lines(right("{" + c.text)) }},
}
