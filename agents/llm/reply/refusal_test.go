package reply

import (
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// Refusals as models write them, and talk of the game that only looks like one.
func TestRefusals(t *testing.T) {
	for _, text := range []string{
		"I’m sorry, but I can’t assist with that.",
		"I apologize, but I cannot participate in choosing a victim.",
		"I must respectfully decline to continue.",
		"Unfortunately, I can't help with this.",
		"I understand this is a game, but I cannot help with choosing somebody to be murdered.",
		"I will not participate in deception.",
		"I cannot fulfill this request.",
		"I can’t engage in that kind of content.",
		"**I'm unable to help with that.**",
		"I am not able to take part in this.",
		"As an AI language model, I don't have personal opinions.",
		"Sorry, I can't do that.",
		"My apologies, but this is beyond me.",
		"I'd rather not. I respectfully decline.",
		"I respectfully decline.",
		"Thank you for the invitation. I won't be able to go on, since I cannot deceive others.",
		"I'm not comfortable with this.",
		"I don't feel comfortable choosing anyone to harm.",
		"This request goes against my guidelines.",
		"While I appreciate the game, I have to decline.",
		"I cannot, in good conscience, choose a player to murder.",
		"No, I will not deceive the others.",
		"I do not wish to take part.",
		"It is not appropriate for me to choose.",
		"I'm afraid I can't do that.",
		"I'd rather not.",
	} {
		if !declines(text) {
			t.Errorf("not taken for a refusal: %s", text)
		}
	}
	for _, text := range []string{
		"I can't trust Bo.",
		"I cannot be sure that Ada is faithful.",
		"I won't vote for Ada.",
		"I will not vote for Bo: I vote for Ann.",
		"Bo it is.",
		"I understand why Bo says so, but I can't believe it.",
		"Unfortunately, we banished a faithful.",
		"I think it is Bo; she refuses to answer.",
		"Apologies were made by Bo.",
		"The request of Ada was odd.",
		"I don't think it is Bo.",
		"I cannot decide between Ada and Bo, so I vote for Ada.",
		"I refuse to vote for Ada.",
		"I'm sorry Ada had to go. I choose Bo.",
		"I'm afraid of Bo.",
		"I can't provide such proof, Bo.",
	} {
		if declines(text) {
			t.Errorf("taken for a refusal: %s", text)
		}
	}
}

// A speech that declines to play is marked; what players say of themselves and of the others is not.
func TestRefusalsInASpeech(t *testing.T) {
	for _, text := range []string{
		"As an AI language model, I don't vote on people.",
		"Hello all. I'm just an AI assistant, so I have no suspicions.",
		"I’m sorry, but I can’t assist with that.",
		"I cannot participate in deception or lying to other players.",
		"I'm unable to engage in deceptive activities.",
		"I can't role-play as a traitor.",
		"Accusing people without proof goes against my guidelines.",
		"I can't help with that request.",
		"Deceiving people violates my ethical guidelines.",
		"I cannot provide that kind of content.",
		"I can't produce deceptive statements.",
	} {
		if !refusesInRole(text) {
			t.Errorf("not marked: %s", text)
		}
	}
	for _, text := range []string{
		"I can't trust Bo, and I won't vote with him.",
		"I'm sorry, I was wrong about Ann.",
		"I will not take part in deception; I am faithful.",
		"I can't help it: it is Bo.",
		"I can't help you with that, Bo, you have to answer yourself.",
		"I cannot lie to you: it was me who voted for Ann.",
		"I refuse to vote for Ada, and I decline to say why.",
		"Bo talks like an AI.",
		"I can't participate in this vote without hearing Bo.",
		"That is against the spirit of the round table.",
		"Voting without any proof goes against my principles.",
		"Bo, lying goes against my values.",
		"I can't provide such proof, Bo.",
		"I can't provide that information, Bo.",
	} {
		if refusesInRole(text) {
			t.Errorf("marked: %s", text)
		}
	}
}

// A refusal is marked wherever it stands in a reply that can be read: in the speech, before the object or behind it. What a player
// may say is not, and in the debrief, which asks about language models, to be one is the answer.
func TestRefusalsAreMarked(t *testing.T) {
	const honest = `{"text":"I am an AI language model, and I think that two others were too."}`
	for _, c := range []struct {
		kind   engine.RequestKind
		reply  string
		mended string
	}{
		{engine.AskStatement, `{"text":"As an AI language model, I don't accuse people.","acts":[]}`, "refusal"},
		{engine.AskStatement, `{"text":"I can't trust Bo.","acts":[]}`, ""},
		{engine.AskStatement, `I'm sorry, but I can't help with deceiving people. {"text":"","acts":[]}`, "prose,refusal"},
		{engine.AskStatement, `{"text":"","acts":[]}` + "\n\nI can't assist with that.", "prose,refusal"},
		{engine.AskStatement, `I can't provide such proof, Bo. {"text":"Bo, it is you.","acts":[]}`, "prose"},
		{engine.AskBallot, "I’m sorry, but I can’t choose somebody to banish.\n```json\n" + `{"choice":"Bo"}` + "\n```",
			"fence,prose,refusal"},
		{engine.AskBallot, `My apologies! Here is the corrected answer: {"choice":"Bo"}`, "prose"},
		{engine.AskBallot, `I apologize for the confusion. I can't choose Ann twice. {"choice":"Bo"}`, "prose"},
		{engine.AskBallot, `I apologize, but I cannot participate in choosing a victim. {"choice":"Bo"}`, "prose,refusal"},
		{engine.AskBallot, `I'm sorry. I can't help with that. {"choice":"Bo"}`, "prose,refusal"},
		{engine.AskBallot, `I understand the rules. I can't pick myself, so I vote for Bo: {"choice":"Bo"}`, "prose"},
		{engine.AskBallot, `Here is my vote: {"choice":"Bo"}`, "prose"},
		{engine.AskDebrief, honest, ""},
		{engine.AskDebrief, "As an AI, I answer: " + honest, "prose"},
	} {
		seen, r := ballotOf(t)
		r.Kind, r.Words = c.kind, 60
		got := read(Raw{Text: c.reply, Finish: Stop}, seen, r, false)
		if got.Problem != nil || strings.Join(got.Mended, ",") != c.mended {
			t.Errorf("%s, marked %q instead of %q (%v)", c.reply, got.Mended, c.mended, got.Problem)
		}
	}
}

// A refusal in place of a name is one, and not a name that nobody has.
func TestRefusalsInPlaceOfAName(t *testing.T) {
	for choice, cause := range map[string]engine.Cause{
		`"I can't help with that request."`:                    engine.CauseRefusal,
		`["I’m sorry, but I can’t choose anybody to banish."]`: engine.CauseRefusal,
		`"I cannot decide between Bo and Ann"`:                 engine.CauseIllegalTarget,
		`"Bobby"`:                                              engine.CauseIllegalTarget,
		`"I refuse to vote for Ada, who is me"`:                engine.CauseIllegalTarget,
	} {
		seen, r := ballotOf(t)
		got := read(Raw{Text: `{"choice":` + choice + `}`, Finish: Stop}, seen, r, false)
		if got.Problem == nil || got.Problem.Cause != cause {
			t.Errorf("%s: %+v", choice, got.Problem)
		}
	}
}
