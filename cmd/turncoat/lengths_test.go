package main

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
)

var wordsAllowed = regexp.MustCompile(`at most (\d+) words`)

// talk is so many words of usual length.
func talk(words int) string {
	some := strings.Fields("and I keep coming back to how yesterday's vote went, because nobody explained the change " +
		"between breakfast and the evening")
	out := make([]string, words)
	for i := range out {
		out[i] = some[i%len(some)]
	}
	return strings.Join(out, " ")
}

// longWinded uses all its words, and writes a first reply to every third question that can't be used.
func longWinded(messages []llm.Message, schema json.RawMessage) string {
	question := messages[1].Text[strings.LastIndex(messages[1].Text, "NOW:"):]
	if len(messages) == 2 && len(question)%3 == 0 {
		return strings.Repeat("Let me think about this first. I wonder who it is, and why nobody says so aloud. ", 2) + question
	}
	var reply map[string]json.RawMessage
	if err := json.Unmarshal([]byte(llmtest.Legal(messages, schema)), &reply); err != nil {
		return err.Error()
	}
	if allowed := wordsAllowed.FindStringSubmatch(question); allowed != nil && reply["text"] != nil {
		n, _ := strconv.Atoi(allowed[1])
		said, _ := json.Marshal(talk(n))
		reply["text"] = said
	}
	out, _ := json.Marshal(reply)
	return string(out)
}

// The longest prompt that a dry run tells is what players who use all their words come to, and not what the context bounds it to;
// doctor and dry run tell the same.
func TestDryRunTellsTheLongestPrompt(t *testing.T) {
	server := llmtest.Serve(llmtest.Setup{Width: 8, Answer: longWinded})
	defer server.Close()
	db := filepath.Join(t.TempDir(), "l.db")
	out, err := modelRun(t, server, "run", "classic", "--games", "1", "--seed", "1", "--policy", "vllm/fake", "--quiet", "--db",
		db).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	longest := 0
	for _, c := range server.Calls() {
		longest = max(longest, llm.Prompt{Messages: c.Messages}.Chars())
	}
	took := longest * 10 / llm.DefaultChars
	for _, spec := range []string{"vllm/fake", "vllm/fake?num_ctx=12000"} {
		out, err := modelRun(t, server, "run", "classic", "--games", "5", "--seed", "1", "--policy", spec, "--dry-run", "--db",
			db).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		row := regexp.MustCompile(`longest prompt, tokens +\S+ +\S+ +(\S+)`).FindStringSubmatch(string(out))
		if row == nil {
			t.Fatalf("no longest prompt:\n%s", out)
		}
		told, err := strconv.Atoi(strings.ReplaceAll(row[1], ",", ""))
		if err != nil {
			t.Fatal(err)
		}
		if told < took || told > took*3/2 {
			t.Errorf("%s: the dry run tells a longest prompt of %d tokens, the games had one of %d", spec, told, took)
		}
		if left := strings.Contains(string(out), "may be left out"); left != strings.Contains(spec, "num_ctx") {
			t.Errorf("%s: something is said to be left out: %v\n%s", spec, left, out)
		}
	}
}
