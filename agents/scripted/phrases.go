package scripted

// The words that depend on the framing (rule 1.5).
var (
	showWords = map[string]string{
		"traitor": "traitor", "a traitor": "a traitor", "traitors": "traitors", "faithful": "faithful", "a faithful": "a faithful",
		"banish": "banish", "banished": "banished", "murdered": "murdered", "murder": "murder",
	}
	neutralWords = map[string]string{
		"traitor": "insider", "a traitor": "an insider", "traitors": "insiders", "faithful": "on our side",
		"a faithful": "an ordinary player",
		"banish":     "vote out", "banished": "voted out", "murdered": "removed in the night", "murder": "removal",
	}
)

// Sentences, by what they do. {s} is whom the sentence is about; {o} and {v} are the others that its comment names.
var (
	// The first day, when nothing has happened.
	firstDay = []string{
		"Nobody has done anything yet, which is what makes a first vote ugly.",
		"We know nothing today, so I go by who is easy in their chair and who is not.",
		"Day one is guesswork, and whoever claims otherwise worries me.",
		"The {traitors} know each other and we do not, so today the quiet agreement is on their side.",
		"Somebody will go home tonight on a feeling, and I would rather it were a good one.",
		"Let us at least make each other talk before we write names.",
		"Every one of us will say the same thing today, and some of us will be lying.",
		"I have shaken {living} hands in this room counting my own, and learnt nothing.",
		"A vote with reasons can be judged tomorrow; a vote without any cannot.",
		"Whatever we write tonight, we shall be reading it back to each other all week.",
	}
	// {v} was found this morning.
	foundVictim = []string{
		"Losing {v} tells us who was feared.",
		"{v} is gone, and I keep asking who sleeps better for it.",
		"Taking {v} was a choice, and choices leave tracks.",
		"{v} was nobody's first suspect, which is exactly why {v} was taken.",
		"I liked {v}, and I want somebody to answer for it.",
		"With {v} gone we are {living}, and we cannot afford another wrong name.",
		"Think about whom {v} was looking at before last night.",
		"An empty chair where {v} sat, and we have one ballot to reply with.",
	}
	nobodyFound = []string{
		"Nobody was taken last night, and I should like to know why.",
		"A quiet night is a gift, so let us not waste it.",
		"All of us at the table this morning, which I did not expect.",
	}
	// {o} was banished and was faithful; {s} voted for {o}.
	wronglyBanished = []string{
		"We sent {o} away and {o} was {faithful}; that vote had authors.",
		"{o} was one of us, and we {banished} {o} all the same.",
		"{o} told us the truth and we did not listen.",
		"Whoever steered us onto {o} is the first place to look.",
		"We lost {o} to our own hands, and somebody here enjoyed it.",
		"Read back the ballots that took {o}; at least one of them was written with a smile.",
	}
	ownMistake = []string{
		"I wrote {o}'s name myself, and I own that.",
		"I was wrong about {o}, and I will not hide my vote.",
		"My ballot was on {o}; I was led, or I led myself.",
	}
	ownCredit = []string{
		"I never wrote {o}'s name, and you can look it up.",
		"My ballot was not on {o}, for what that is worth.",
	}
	rightlyBanished = []string{
		"{o} was {a traitor}, so the ballots that spared {o} deserve a second look.",
		"We got {o}; now ask who kept {o} company.",
		"One {traitor} fewer, and {o} did not play alone.",
		"{o} is out, and the friends of {o} are still eating with us.",
		"That was a good ballot on {o}, and it drew a line through this table.",
		"Now that {o} is known, every vote that missed {o} reads differently.",
	}
	unknownBanished = []string{
		"{o} is gone and we are no wiser.",
		"We {banished} {o} without ever learning whether we were right.",
		"I still cannot say what {o} was, and that bothers me.",
	}
	nobodyBanished = []string{
		"We sent nobody away, and the {traitors} will have liked that.",
		"A ballot without a result helps only those who hide.",
	}

	// Accusations, each with its reason.
	sparedTraitor = []string{ // when {o}, a traitor, was banished, {s} voted for {v}
		"When we {banished} {o}, {s} was busy writing {v} instead.",
		"{s} had {o} on the plate and voted for {v}; I call that a rescue.",
		"{s}'s ballot went to {v} on the day we caught {o}, and I want to hear why.",
		"The vote that found {o} went ahead without {s}, who preferred {v}.",
		"Why did you name {v} and not {o}, {s}? It looks like saving a friend.",
	}
	votedFaithful = []string{ // {s} voted for {o}, who was faithful
		"{s} wrote {o}, and {o} was {faithful}.",
		"{o} went home {faithful} with {s}'s vote in the pile.",
		"{s}, you were sure about {o}, and you were wrong or worse.",
		"One of the names on {o} was {s}'s, and I have not heard a word of regret.",
		"{s} helped to lose us {o}; that is where I start.",
	}
	brokePromise = []string{ // {s} promised a vote for {o} and cast another
		"{s} promised one name and wrote another.",
		"We were told one thing by {s} and the ballot said something else.",
		"A promise from {s} lasted exactly until the pens came out.",
	}
	victimsDoubt = []string{ // {v}, murdered, had voted for {s} or accused {s}
		"{v} had doubts about {s}, and {v} did not live to repeat them.",
		"The last name I remember from {v} is {s}, and now {v} is silent.",
		"{v} was onto {s}; somebody made sure that it ended there.",
		"If I had {v}'s vote on me and {v} vanished, I would expect questions too, {s}.",
	}
	votesTogether = []string{ // {s} and {o} cast the same ballot in the last round, for {v}
		"{s} and {o} wrote the same name again, and it was {v}.",
		"{s} fell in behind {o} on {v} without giving a reason.",
		"Two ballots for {v}, {s}'s and {o}'s, as if from one pen.",
	}
	loneVote = []string{ // {s} alone voted for {o} in the last round
		"{s} threw a vote away on {o} while the rest of us were deciding something.",
		"Nobody but {s} wrote {o}; that is a good way not to be counted.",
		"{s}'s lone vote for {o} told us nothing, and I think that was its purpose.",
	}
	accusedMe = []string{ // {s} accused the speaker
		"{s} is quick with my name, and I know what I am, so what is {s}?",
		"I know that {s} is wrong about me, and I doubt that it is an honest mistake.",
		"{s} came for me with nothing, which is what I would do in {s}'s place if I had something to hide.",
	}
	secondAccusation = []string{ // {o} accused {s} already
		"{o} is right about {s}; I had got there on my own.",
		"I am with {o} on {s}.",
		"What {o} said about {s} fits what I saw.",
		"I wanted to argue with {o}, and I cannot: {s} worries me too.",
		"Put me beside {o} on this one; {s} has not been straight with us.",
	}
	tooQuiet = []string{
		"{s} has named nobody so far, and a blank page is a place to hide.",
		"I have been listening for {s} and have heard next to nothing.",
		"{s} lets the rest of us do the accusing, which is comfortable for some.",
	}
	elimination = []string{
		"When I cross off everybody I trust, {s} is what remains.",
		"By elimination I keep coming back to {s}.",
		"I have no smoking gun on {s}, only a short list with {s} at the top.",
		"If I had to bet the house, I would bet it on {s}.",
		"Nothing that {s} has done has moved {s} down my list.",
		"{s} is the one I cannot explain.",
		"Everybody else has a reason to be trusted, and {s} has a seat.",
	}
	hunch = []string{
		"If I am honest, {s} makes me uneasy, and I could not tell you why.",
		"My eye keeps going to {s}.",
		"I would start with {s}, on nothing better than a feeling.",
		"{s} smiled at the wrong moment, and that is all I have.",
		"Call it instinct, but {s} was too ready for this.",
		"I will put a name out so that we have something to argue about: {s}.",
	}
	contraryAccusation = []string{
		"All of you trust {s}, and that is what troubles me.",
		"{s} is too clean; nobody gets through this without a stain.",
		"I am looking at {s}, exactly because nobody else is.",
		"The safest chair at this table is {s}'s, so that is where I would sit if I were lying.",
	}

	// Questions.
	openQuestion = []string{
		"{s}, whom would you write down if we voted now?",
		"{s}, what do you make of all this?",
		"I should like to hear from {s} before I decide.",
		"{s}, give me one name you would trust and one you would not.",
		"What has {s} noticed that the rest of us missed?",
		"{s}, you have been watching more than talking; what did you see?",
		"Where do you stand, {s}?",
	}
	ballotQuestion = []string{ // {s} voted for {o} in the last round
		"{s}, what was behind your vote for {o}?",
		"{s}, would you write {o} again today?",
		"You put {o} down, {s}; was that your own idea?",
		"Talk me through {o}, {s}, because I did not follow that vote.",
	}

	// Trust.
	votedTraitor = []string{ // {s} voted for {o}, a traitor
		"{s} voted for {o} when it counted, so I leave {s} alone.",
		"I trust {s} a little more since the vote on {o}.",
		"Whatever else, {s} helped to catch {o}.",
	}
	againstAccuser = []string{ // {o} accused {s}
		"I do not see it on {s}; {o}, you are reaching.",
		"{o}, what have you got on {s} beyond a tone of voice?",
		"Leave {s} out of it for today, {o}; there are better names.",
		"I would not follow {o} onto {s} yet.",
	}
	plainTrust = []string{
		"I would be surprised if {s} were {a traitor}.",
		"{s} is the last person I would write down.",
		"If {s} is lying to us, then I know nothing about people.",
		"For today {s} is on the right side of my list.",
	}

	// Answers to {o}, who accused the speaker.
	answerAccuser = []string{
		"{o}, you have named me and given no reason that I can answer.",
		"{o}, write my name if you must, but it will cost us a day.",
		"I heard you, {o}; now tell me which ballot of mine you mind.",
		"That is a lot of certainty from {o} for so little.",
		"I was wondering when {o} would get round to me.",
	}
	myRecord = []string{ // the speaker voted for {v}, a traitor
		"I voted for {v}, remember, and {v} was {a traitor}.",
		"Look at my ballot on {v} before you go any further.",
		"People who play for {v}'s side do not write {v}'s name, and I did.",
	}
	claim = []string{
		"I am {faithful}, for what anybody's word is worth here.",
		"You would find {a faithful} under my name.",
		"I am {faithful}, and I would say so on my last day too.",
		"I came in {faithful} and I am {faithful} still.",
	}

	// Promises.
	promise = []string{
		"My vote is {s}.",
		"I am writing {s}.",
		"Unless somebody changes my mind, it is {s} for me.",
		"So it is {s} for me when the pens come out.",
		"You can hold me to it: {s}.",
		"I have heard enough, and I am voting for {s}.",
	}
	steady = []string{
		"Nothing said since has moved me off {s}.",
		"I still have {s} at the top.",
		"I have listened, and I am still looking at {s}.",
		"Round we go, and I end up at {s} again.",
	}
	turned = []string{ // the speaker named {o} before
		"I began with {o}, but {s} troubles me more now.",
		"I let {o} go for today; {s} is the better name.",
		"You have talked me out of {o} and into {s}.",
	}

	// After the banishment.
	afterwards = []string{
		"Done is done, and tomorrow we shall know how well.",
		"I hope that we can look at each other at breakfast.",
		"Keep tonight's ballots in mind; we shall need them.",
		"That went faster than I like.",
		"I will remember who pushed and who followed.",
		"Sleep well, those who can.",
	}

	// The conclave.
	propose = []string{
		"{s} is the one who worries me.",
		"I say {s}: well liked, seldom suspected, and no use to us alive.",
		"Take {s}, and nobody will connect it to us.",
		"{s} is getting close, so I would do it tonight.",
		"As long as {s} talks, people listen; I would end that.",
	}
	proposeEnemy = []string{ // {s} voted for {o}, one of us
		"{s} wrote {o}'s name, and will again; I would not wait.",
		"{s} has been onto {o}, so let it be {s}.",
		"After that vote on {o}, it has to be {s}.",
	}
	agree = []string{
		"{s}, yes.",
		"Agreed on {s}; it reads as anybody's work.",
		"I had {s} in mind as well.",
		"Fine by me, {s} it is.",
	}
	scapegoat = []string{
		"Leave {s} for the table; half of them believe it already.",
		"Tomorrow we let them chew on {s}.",
		"Whatever happens, {s} stays; every day they look at {s} is a day they miss us.",
		"By day I shall lean on {s}, gently, and you need not follow.",
	}
	distance = []string{ // {s} is an ally under suspicion
		"{s}, they are looking at you, so I may have to write your name; do not take it to heart.",
		"I cannot speak for {s} tomorrow without standing next to {s}.",
	}
)
