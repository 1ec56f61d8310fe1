package llm

import "testing"

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
	} {
		if declines(text) {
			t.Errorf("taken for a refusal: %s", text)
		}
	}
}
