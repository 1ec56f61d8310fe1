package llm

import "testing"

// The words of servers, as their users report them, and the context that they tell.
func TestTooLong(t *testing.T) {
	for words, want := range map[string]int{
		"This model's maximum context length is 4096 tokens. However, you requested 5120 tokens (4096 in the messages, 1024 in the " +
			"completion). Please reduce the length of the messages or completion.": 4096,
		"This model's maximum context length is 16385 tokens.": 16385,
		"maximum context length is 4096":                       4096,
		"This endpoint's maximum context length is 8192 tokens. However, you requested about 9000 tokens (7976 of text input, 1024 in " +
			"the output).": 8192,
		"the request exceeds the available context size. try increasing the context size or enable context " +
			"shift": 0,
		"request (6030 tokens) exceeds the available context size (4096 tokens), try increasing it": 4096,
		"prompt is too long: 210000 tokens > 200000 maximum":                                        200000,
		"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).":   1048576,
		"Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context " +
			"length": 32768,
		"Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only " +
			"4096 tokens, which is not enough. Try to load the model with a larger context length.": 4096,
		"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097. Given: 5000 `inputs` tokens and 1024 " +
			"`max_new_tokens`": 4097,
		"Input validation error: `inputs` must have less than 1024 tokens. Given: 3000": 1024,
		"The decoder prompt (length 5000) is longer than the maximum model length of 4096. Make sure that `max_model_len` is no " +
			"smaller.": 4096,
		"The input (5000 tokens) is longer than the model's context length (4096 tokens).":             4096,
		"the input length exceeds the context length":                                                  0,
		"prompt too long; exceeded max context length by 1234 tokens":                                  0,
		"Input is too long for requested model.":                                                       0,
		"Please reduce the length of the messages or completion.":                                      0,
		"Your input exceeds the context window of this model. Please adjust your input and try again.": 0,
		`{"type":"exceed_context_size_error","n_prompt_tokens":6030,"n_ctx":4096}`:                     4096,
		"The number of tokens to keep from the initial prompt is greater than the context length. Try to load the model with a larger " +
			"context length": 0,
		"Range of input length should be [1, 30720]":            30720,
		"Prompt length 5000 is greater than max_seq_len 4096":   4096,
		"Request too large: 1931 tokens, the limit is 1924":     1924,
		"Requested tokens (5000) exceed context window of 2048": 2048,
	} {
		if got, ok := TooLong(words); !ok || got != want {
			t.Errorf("%s:\n%d, %v; want %d", words, got, ok, want)
		}
	}
	for _, words := range []string{
		"max_tokens is too large: 20000. This model supports at most 4096 completion tokens, whereas you provided 20000.",
		"Rate limit reached for requests: 30000 tokens per minute",
		"model requires more system memory (7.6 GiB) than is available (5.1 GiB)",
		"the server is overloaded, please try again",
		"Unsupported parameter: 'max_tokens' is not supported with this model.",
	} {
		if n, ok := TooLong(words); ok {
			t.Errorf("%s: taken for a prompt that is too long, %d", words, n)
		}
	}
}
