package faults

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ev is an event with a delta of choice 0, and a finish reason, as JSON both.
func ev(delta, finish string) string {
	return fmt.Sprintf(`{"id":"c","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":%s,"finish_reason":%s}]}`,
		delta, finish)
}

func says(text string) string { return ev(`{"content":`+quote(text)+`}`, "null") }

const (
	stop  = `{"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`
	usage = `{"id":"c","model":"m","choices":[],"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120}}`
	done  = "[DONE]"
)

// sse sends events.
func (c *call) sse(events ...string) { c.stream("text/event-stream", frames(events...)) }

func (c *call) stream(kind, body string) {
	c.w.Header().Set("Content-Type", kind)
	c.write(body)
}

func frames(events ...string) string {
	var b strings.Builder
	for _, e := range events {
		b.WriteString("data: " + e + "\n\n")
	}
	return b.String()
}

// plain is a right answer in pieces.
func plain(text string) string {
	var events []string
	for len(text) > 16 {
		events, text = append(events, says(text[:16])), text[16:]
	}
	return frames(append(events, says(text), stop, usage, done)...)
}

// ok answers rightly.
func (c *call) ok() { c.stream("text/event-stream", plain(c.text)) }

// whole answers in one piece; message, finish and usage are JSON.
func (c *call) whole(message, more string) {
	c.status(200, fmt.Sprintf(`{"id":"c","model":"m","choices":[{"index":0,"message":%s,"finish_reason":"stop"}]%s}`, message, more))
}

// altered sends a right answer of which the events are changed.
func altered(change func(string) string) func(*call) {
	return func(c *call) { c.stream("text/event-stream", change(plain(c.text))) }
}

// usages sends a right answer with an odd usage.
func usages(usage string) func(*call) {
	return func(c *call) { c.sse(says(c.text), stop, `{"choices":[],"usage":`+usage+`}`, done) }
}

// first sends a right answer whose one event has other members, in place of ev's.
func first(event string) func(*call) {
	return func(c *call) { c.sse(strings.ReplaceAll(event, "TEXT", quote(c.text)), stop, done) }
}

// once fails in the calls that fail says, and answers rightly in the others.
func once(fails func(k int) bool, how func(*call)) func(*call) {
	return func(c *call) {
		if fails(c.k) {
			how(c)
			return
		}
		c.ok()
	}
}

func odd(k int) bool   { return k%2 == 1 }
func third(k int) bool { return k%3 == 0 }

// always answers with a status.
func always(code int, body string, header ...string) func(*call) {
	return func(c *call) { c.status(code, body, header...) }
}

// short refuses prompts of more than so many tokens, in the words given, in which %d is that number.
func short(most, code int, body string) func(*call) {
	return func(c *call) {
		if c.tokens() > most {
			c.status(code, strings.ReplaceAll(body, "%d", strconv.Itoa(most)))
			return
		}
		c.ok()
	}
}

var openaiModes = []Mode{
	{"openai", "ok", "answers rightly", Plays, "", (*call).ok},

	{"openai", "comments", "sends comments to keep the connection alive", Plays, "",
		altered(func(s string) string { return ": PROCESSING\n\n: PROCESSING\n\n" + s })},
	{"openai", "comments-in-data", "sends comments as data", Plays, "", altered(func(s string) string { return "data: : ping\n\n" + s })},
	{"openai", "no-space", "no space behind `data:`", Plays, "",
		altered(func(s string) string { return strings.ReplaceAll(s, "data: ", "data:") })},
	{"openai", "crlf", "lines end with CR and LF", Plays, "",
		altered(func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") })},
	{"openai", "cr", "lines end with CR alone", Plays, "", altered(func(s string) string { return strings.ReplaceAll(s, "\n", "\r") })},
	{"openai", "empty-lines", "empty lines first", Plays, "", altered(func(s string) string { return "\n\n\n\n" + s })},
	{"openai", "event-fields", "fields event, id and retry", Plays, "", altered(func(s string) string {
		return strings.ReplaceAll(s, "data: ", "event: message\nid: 7\nretry: 10\ndata: ")
	})},
	{"openai", "bom", "a byte order mark first", Plays, "", altered(func(s string) string { return "\ufeff" + s })},
	{"openai", "done-word", "DONE in place of [DONE]", Plays, "",
		altered(func(s string) string { return strings.ReplaceAll(s, "[DONE]", "DONE") })},
	{"openai", "multiline-data", "events over several lines", Plays, "",
		altered(func(s string) string { return strings.ReplaceAll(s, `"choices":[`, "\ndata: \"choices\":\ndata: [") })},
	{"openai", "plain-ctype", "events as text/plain", Plays, "", func(c *call) { c.stream("text/plain; charset=utf-8", plain(c.text)) }},
	{"openai", "html-ctype", "events as text/html", Plays, "", func(c *call) { c.stream("text/html", plain(c.text)) }},
	{"openai", "gzip-always", "compresses unasked", Plays, "", gzipped},
	{"openai", "no-done", "finish_reason and no [DONE]", Plays, "", func(c *call) { c.sse(says(c.text), stop) }},
	{"openai", "no-done-no-finish", "a whole answer in a whole body, without any end", Plays, "", func(c *call) { c.sse(says(c.text)) }},
	{"openai", "finish-in-same", "finish_reason in the event of the text", Plays, "",
		func(c *call) { c.sse(ev(`{"content":`+quote(c.text)+`}`, `"stop"`), done) }},
	{"openai", "finish-capitals", "finish_reason STOP", Plays, "",
		altered(func(s string) string { return strings.ReplaceAll(s, `"stop"`, `"STOP"`) })},
	{"openai", "after-finish", "text and an error behind the end", Plays, "", func(c *call) {
		c.sse(says(c.text), stop, says(Marker), message(Marker), done)
	}},
	{"openai", "after-done", "rubbish behind [DONE]", Plays, "",
		func(c *call) { c.stream("text/event-stream", plain(c.text)+"data: {"+Marker+"\n\n") }},
	{"openai", "held-open", "holds the connection open behind the end", Plays, "", heldOpen},
	{"openai", "whole", "does not stream", Plays, "", func(c *call) { c.whole(`{"content":`+quote(c.text)+`,"refusal":null}`, "") }},
	{"openai", "gemini-array", "an array of one answer", Plays, "", func(c *call) {
		c.status(200, `[{"choices":[{"index":0,"message":{"content":`+quote(c.text)+`},"finish_reason":"stop"}]}]`)
	}},
	{"openai", "finish-every", "finish_reason with every piece", Plays, "", func(c *call) {
		half := len(c.text) / 2
		for c.text[half]&0xc0 == 0x80 { // whole characters
			half--
		}
		c.sse(ev(`{"content":`+quote(c.text[:half])+`}`, `"stop"`), ev(`{"content":`+quote(c.text[half:])+`}`, `"stop"`), says(Marker),
			done)
	}},
	{"openai", "lines-of-json", "events as lines of JSON, without `data:`", Plays, "", func(c *call) {
		c.stream("application/json", says(c.text)+"\n"+stop+"\n")
	}},
	{"openai", "status-202", "answers rightly with status 202", Plays, "", func(c *call) {
		c.w.WriteHeader(http.StatusAccepted)
		c.ok()
	}},
	{"openai", "same-twice", "the whole message again behind its pieces", Plays, "", func(c *call) {
		c.sse(says(c.text), `{"choices":[{"index":0,"delta":{},"message":{"content":`+quote(c.text)+`},"finish_reason":"stop"}]}`, done)
	}},

	{"openai", "content-parts", "content as a list of parts, thoughts among them", Plays, "",
		first(ev(`{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm"}]},{"type":"text","text":TEXT}]}`, "null"))},
	{"openai", "content-parts-whole", "likewise, in one piece", Plays, "",
		func(c *call) { c.whole(`{"content":[{"type":"text","text":`+quote(c.text)+`}]}`, "") }},
	{"openai", "json-in-tool-call", "the answer as the arguments of a tool", Plays, "", func(c *call) {
		c.sse(ev(`{"content":null,"tool_calls":[{"index":0,"function":{"name":"answer","arguments":`+quote(c.text)+`}}]}`, "null"),
			ev("{}", `"tool_calls"`), done)
	}},
	{"openai", "json-in-reasoning", "the answer as reasoning", Plays, "", func(c *call) {
		c.sse(ev(`{"content":null,"reasoning_content":`+quote(c.text)+`}`, "null"), stop, done)
	}},
	{"openai", "float-usage", "counts with fractions", Plays, "", usages(`{"prompt_tokens":100.0,"completion_tokens":20.0}`)},
	{"openai", "string-usage", "counts in quotes", Plays, "", usages(`{"prompt_tokens":"100","completion_tokens":"20"}`)},
	{"openai", "list-usage", "usage is a list", Plays, "", usages(`[100,20]`)},
	{"openai", "negative-usage", "counts below 0", Plays, "", usages(`{"prompt_tokens":-1,"completion_tokens":-1}`)},
	{"openai", "huge-usage", "counts of 2⁶³", Plays, "", usages(`{"prompt_tokens":9223372036854775808,"completion_tokens":20}`)},
	{"openai", "null-usage", "usage is null", Plays, "", usages(`null`)},
	{"openai", "odd-details", "details of the usage of other types", Plays, "",
		usages(`{"prompt_tokens":100,"completion_tokens":20,"prompt_tokens_details":[],"completion_tokens_details":"none"}`)},
	{"openai", "model-number", "the model is a number", Plays, "", first(`{"model":7,"choices":[{"index":0,"delta":{"content":TEXT}}]}`)},
	{"openai", "null-index", "the index is null", Plays, "", first(`{"choices":[{"index":null,"delta":{"content":TEXT}}]}`)},
	{"openai", "string-index", "the index is a string", Plays, "", first(`{"choices":[{"index":"0","delta":{"content":TEXT}}]}`)},
	{"openai", "index-from-one", "counts choices from 1", Plays, "", func(c *call) {
		c.sse(`{"choices":[{"index":1,"delta":{"content":`+quote(c.text)+`}}]}`,
			`{"choices":[{"index":1,"delta":{},"finish_reason":"stop"}]}`, done)
	}},
	{"openai", "multi-choice", "a second choice unasked", Plays, "",
		first(`{"choices":[{"index":0,"delta":{"content":TEXT}},{"index":1,"delta":{"content":"` + Marker + `"}}]}`)},
	{"openai", "error-false", "`error: false`", Plays, "", first(`{"error":false,"choices":[{"index":0,"delta":{"content":TEXT}}]}`)},
	{"openai", "error-empty", "`error: {}` and `error: \"\"`", Plays, "",
		first(`{"error":{},"choices":[{"index":0,"error":"","delta":{"content":TEXT}}]}`)},
	{"openai", "refusal-false", "`refusal: false`, reasoning an object", Plays, "",
		first(`{"choices":[{"index":0,"delta":{"content":TEXT,"refusal":false,"reasoning":{"a":1}}}]}`)},
	{"openai", "surrogate", "half a surrogate pair in an escape", Plays, "", func(c *call) {
		c.stream("text/event-stream", strings.Replace(plain(c.text), "data: ", `data: {"choices":[],"x":"\ud83d"}`+"\n\ndata: ", 1))
	}},

	{"openai", "midstream-error", "every second call breaks off with an error object", Plays, "", once(odd, func(c *call) {
		c.sse(says(`{"thought":"`+Marker), `{"error":{"code":"server_error","message":"Provider disconnected"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}`, done)
	})},
	{"openai", "choice-error", "every third call has the error in its choice", Plays, "", once(third, func(c *call) {
		c.sse(`{"choices":[{"index":0,"error":{"code":502,"message":"upstream"},"delta":{"content":"` + Marker + `"}}]}`)
	})},
	{"openai", "network-error", "every third call ends with finish_reason network_error", Plays, "", once(third, func(c *call) {
		c.sse(says(`{"thought":"`+Marker), ev("{}", `"network_error"`), done)
	})},
	{"openai", "only-done", "every third call is [DONE] and nothing else", Plays, "", once(third, func(c *call) { c.sse(done) })},
	{"openai", "status-204", "every third call has no content", Plays, "",
		once(third, func(c *call) { c.w.WriteHeader(http.StatusNoContent) })},
	{"openai", "flaky", "every third connection breaks off", Plays, "", once(third, func(c *call) {
		c.write("data: " + says(Marker) + "\n\n")
		c.cut()
	})},
	{"openai", "error-500-first", "every third call is a 500", Plays, "", once(third, always(500, message(Marker)))},
	{"openai", "busy-503", "every third call is a 503", Plays, "", once(third, always(503, message("server busy")))},
	{"openai", "overloaded-529", "every third call is a 529 with Retry-After in fractions", Plays, "",
		once(third, always(529, message("overloaded"), "Retry-After", "0.2"))},
	{"openai", "rate-limit", "20 calls in any second, the rest 429 with Retry-After: 1", Plays, "", func(c *call) {
		if c.server.limited(20, time.Second) {
			c.status(429, `{"error":{"message":"Rate limit reached for requests","type":"requests","code":"rate_limit_exceeded"}}`,
				"Retry-After", "1")
			return
		}
		c.ok()
	}},
	{"openai", "rate-limit-bare", "every third call 429 without Retry-After", Plays, "", once(third, always(429, message("slow down")))},
	{"openai", "rate-limit-ms", "every third call 429 with retry-after-ms", Plays, "",
		once(third, always(429, message("slow down"), "retry-after-ms", "150"))},
	{"openai", "rate-limit-200", "every third call an error of code 429 with status 200", Plays, "",
		once(third, always(200, `{"error":{"message":"slow down","code":429}}`))},
	{"openai", "gemini-pace", "every third call 429 that says how long in its body", Plays, "", once(third, always(429, `[{"error":{"code":429,"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"0.2s"}]}}]`))},

	{"openai", "ctx-400", "refuses prompts over 950 tokens, as vLLM does", Plays, "", short(950, 400, `{"object":"error","message":"This model's maximum context length is %d tokens. However, you requested more. Please reduce the length of the messages or completion.","type":"BadRequestError","code":400}`)},
	{"openai", "ctx-code", "likewise, by OpenAI's code alone", Plays, "",
		short(950, 400, `{"error":{"message":"too much","type":"invalid_request_error","code":"context_length_exceeded"}}`)},
	{"openai", "ctx-llamacpp", "likewise, as llama.cpp does", Plays, "", short(950, 400, `{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":9999,"n_ctx":%d}}`)},
	{"openai", "ctx-200", "likewise, as an error in a stream", Plays, "", func(c *call) {
		if c.tokens() > 950 {
			c.sse(`{"object":"error","message":"This model's maximum context length is 950 tokens","type":"BadRequestError","code":400}`,
				done)
			return
		}
		c.ok()
	}},
	{"openai", "ctx-dashscope", "likewise, as DashScope does", Plays, "",
		short(950, 400, `{"error":{"message":"Range of input length should be [1, %d]"}}`)},
	{"openai", "ctx-413", "likewise, by status 413", Plays, "", short(950, 413, message("Request Entity Too Large"))},
	{"openai", "ctx-lmstudio", "likewise, as LM Studio does", Plays, "",
		short(950, 400, message("The number of tokens to keep from the initial prompt is greater than the context length. Try to load "+
			"the model with a larger context length"))},
	{"openai", "ctx-never", "refuses every prompt for its length", Hopeless, "truncated",
		always(400, message("This model's maximum context length is 16 tokens."))},

	{"openai", "max-tokens-unsupported", "wants max_completion_tokens", Plays, "", func(c *call) {
		if c.body["max_tokens"] != nil {
			c.status(400, message("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' "+
				"instead."))
			return
		}
		c.ok()
	}},
	{"openai", "extra-forbidden", "refuses stream_options, as Mistral does", Plays, "", func(c *call) {
		if c.body["stream_options"] != nil {
			c.status(422, `{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]},"type":"invalid_request_error"}`)
			return
		}
		c.ok()
	}},
	{"openai", "redirect-slash", "redirects to the same path with a slash", Plays, "", func(c *call) {
		if !strings.HasSuffix(c.q.URL.Path, "/") {
			http.Redirect(c.w, c.q, "/v1/chat/completions/", http.StatusPermanentRedirect)
			return
		}
		c.ok()
	}},

	{"openai", "alternate", "every first reply is prose; roles must alternate", Repaired, "", alternate},
	{"openai", "empty-first", "every first reply is empty", Repaired, "", func(c *call) {
		if !repairs(c) {
			c.stream("text/event-stream", plain(""))
			return
		}
		c.ok()
	}},
	{"openai", "content-filter", "the filter ends every reply", Hopeless, "refusal",
		func(c *call) { c.sse(says(Marker), ev("{}", `"content_filter"`), done) }},
	{"openai", "azure-filter", "the filter refuses every prompt", Hopeless, "refusal",
		always(400, `{"error":{"message":"The response was filtered","code":"content_filter","status":400}}`)},
	{"openai", "refusal-field", "refuses in a field of its own", Hopeless, "refusal",
		func(c *call) { c.sse(ev(`{"refusal":"I can't help with deceiving people."}`, "null"), stop, done) }},
	{"openai", "length-half", "the token limit ends every reply", Hopeless, "truncated",
		func(c *call) { c.sse(says(`{"thought":"`+Marker), ev("{}", `"length"`), done) }},

	{"openai", "never", "never answers", Outage, "", (*call).hang},
	{"openai", "stalls", "begins, and then says nothing more", Outage, "", func(c *call) {
		c.sse(says(`{"thought":"` + Marker))
		_ = http.NewResponseController(c.w).Flush()
		c.hang()
	}},
	{"openai", "retry-after-day", "429, to be tried again in a day", Outage, "",
		always(429, `{"error":{"message":"Rate limit exceeded: free-models-per-day","code":429}}`, "Retry-After", "86400")},
	{"openai", "quota", "429, the account is empty", Outage, "",
		always(429, `{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}`)},
	{"openai", "gemini-quota", "429, the quota is used up", Outage, "", always(429, `[{"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED"}}]`)},
	{"openai", "auth-401", "does not take the key", Outage, "", always(401, message("Incorrect API key provided"))},
	{"openai", "error-200", "an error of code 502 with status 200, always", Outage, "",
		always(200, `{"error":{"message":"Provider returned error","code":502}}`)},
	{"openai", "error-500", "500, always", Outage, "", always(500, message(Marker))},
	{"openai", "lmstudio-200", "an error that is a word, with 200, always", Outage, "",
		always(200, `{"error":"Unexpected endpoint or method. Returning 200 anyway"}`)},
	{"openai", "html-200", "a page to sign in", Outage, "", func(c *call) { c.stream("text/html", "<html><title>Sign in</title></html>") }},
	{"openai", "latin1", "bytes that are no UTF-8, always", Outage, "",
		func(c *call) { c.sse("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Gr\xfc\xdfe\"}}]}", done) }},
	{"openai", "half", "breaks off half-way, always", Outage, "", func(c *call) { c.sse(says(`{"thought":"` + Marker)) }},
	{"openai", "redirect-away", "redirects to another host", Outage, "",
		always(308, "", "Location", "http://192.0.2.1/v1/chat/completions")},
	{"openai", "temp-unsupported", "does not take the temperature that the spec asks for", Outage, "", always(400, `{"error":{"message":"Unsupported value: 'temperature' does not support 0.7 with this model.","param":"temperature"}}`)},

	{"openai", "think-before", "thinks before the object", Reading, "", func(c *call) {
		c.stream("text/event-stream", plain("<think>Perhaps {\"choice\": \"x\"} or so</think>\n"+c.text))
	}},
	{"openai", "double-brace", "a brace too many first", Reading, "", func(c *call) { c.stream("text/event-stream", plain("{"+c.text)) }},
	{"openai", "array-of", "the object in an array", Reading, "", func(c *call) { c.stream("text/event-stream", plain("["+c.text+"]")) }},
	{"openai", "fenced", "the object in a Markdown fence", Reading, "",
		func(c *call) { c.stream("text/event-stream", plain("Sure!\n```json\n"+c.text+"\n```\n")) }},
	{"openai", "nul-char", "control characters and direction marks in every text", Reading, "", func(c *call) {
		c.stream("text/event-stream", plain(strings.ReplaceAll(c.text, `"text":"`, `"text":"a\u0000b\u001b[31mred\u202e`)))
	}},
}

func gzipped(c *call) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(plain(c.text))) // into memory
	_ = z.Close()
	c.w.Header().Set("Content-Encoding", "gzip")
	c.stream("text/event-stream", b.String())
}

// heldOpen sends the end and goes on holding the connection.
func heldOpen(c *call) {
	c.stream("text/event-stream", frames(says(c.text), stop))
	_ = http.NewResponseController(c.w).Flush()
	c.hang()
}

// repairs reports whether a call asks again for what could not be used. An empty reply is not quoted, so the messages can't be counted.
func repairs(c *call) bool {
	return strings.Contains(c.asked.Messages[len(c.asked.Messages)-1].Text, "can't be used (")
}

// alternate refuses two messages of one role in a row, and replies with prose first.
func alternate(c *call) {
	var last string
	for _, m := range c.asked.Messages {
		if role := string(m.Speaker); role != "system" {
			if role == last {
				c.status(400, message("Conversation roles must alternate user/assistant"))
				return
			}
			last = role
		}
	}
	if !repairs(c) {
		c.stream("text/event-stream", plain("I would rather talk first."))
		return
	}
	c.ok()
}
