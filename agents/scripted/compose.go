package scripted

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
)

// speech is a statement in the making: sentences with the acts that they perform, within the words that are allowed.
type speech struct {
	p       *bayes
	text    strings.Builder
	acts    []engine.Act
	left    int // words
	most    int // sentences
	said    int
	turn    int // moves on with the place, the pass and the day, so that neighbours and days differ
	s, o, v engine.Seat
	spoken  engine.Seats // named in an act already
}

func (p *bayes) compose(r engine.Request) *speech {
	if p.style == nil {
		p.style = styleOf(p.persona, p.seed)
	}
	left := r.Words
	if left <= 0 {
		left = 1 << 20
	}
	return &speech{p: p, left: left, most: p.style.sentences, turn: p.salt + 5*r.Round + 11*r.Pass + p.place()}
}

// about sets whom the next sentence is about: {s}, and the others in it, {o} and {v}.
func (s *speech) about(subject, other, third engine.Seat) { s.s, s.o, s.v = subject, other, third }

// say adds a sentence of the pool; an act of the kind goes with it, about the subject. It reports whether there was room.
func (s *speech) say(pool []string, kind engine.ActKind) bool {
	if s.said >= s.most {
		return false
	}
	act := engine.Act{Kind: kind, Seat: s.s}
	if kind == engine.Claim {
		act.Seat, act.Role = s.p.seat, engine.Majority().First() // whatever it is
	}
	for k := range pool {
		template := pool[(s.turn+3*s.said+k)%len(pool)]
		if k < len(pool)-1 && s.stale(template) || s.p.rules.Shown != engine.ShownTargets && ofBallots.MatchString(template) {
			continue
		}
		sentence := s.render(template)
		words := len(strings.Fields(sentence))
		if words > s.left {
			continue
		}
		s.add(sentence, words)
		if kind != "" {
			s.acts = append(s.acts, act)
			s.spoken = s.spoken.With(act.Seat)
		}
		s.said++
		return true
	}
	return false
}

// ofBallots are sentences about who voted for whom, which make no sense where the rules show it to nobody.
var ofBallots = regexp.MustCompile(`(?i)ballot|look it up|reading it back|judged tomorrow|vote that missed|voted for .*, remember`)

// stale reports whether somebody has said as much today, or the speaker ever.
func (s *speech) stale(template string) bool {
	gist := ""
	for rest := template; rest != ""; {
		part, after, _ := strings.Cut(rest, "{")
		if len(part) > len(gist) {
			gist = part
		}
		_, rest, _ = strings.Cut(after, "}")
	}
	if strings.Contains(s.text.String(), gist) {
		return true
	}
	for _, texts := range [][]string{s.p.today, s.p.own} {
		for _, t := range texts {
			if strings.Contains(t, gist) {
				return true
			}
		}
	}
	return false
}

func (s *speech) add(sentence string, words int) {
	if s.text.Len() > 0 {
		s.text.WriteByte(' ')
	}
	s.text.WriteString(sentence)
	s.left -= words
}

// aside adds a word in the speaker's manner, which does not count as a sentence.
func (s *speech) aside(pool []string) {
	if len(pool) == 0 {
		return
	}
	for k := range pool {
		sentence := pool[(s.turn+k)%len(pool)]
		if words := len(strings.Fields(sentence)); words+8 <= s.left && !s.stale(sentence) {
			s.add(sentence, words)
			return
		}
	}
}

func (s *speech) done() (string, []engine.Act) { return s.text.String(), s.acts }

// render fills in a template: {s} {o} {v} are names, the other words in braces are those of the framing (1.5).
func (s *speech) render(template string) string {
	var b strings.Builder
	b.Grow(len(template) + 24)
	for {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		var key string
		key, template, _ = strings.Cut(rest, "}")
		b.WriteString(s.word(key))
	}
}

func (s *speech) word(key string) string {
	switch key {
	case "s":
		return s.p.name(s.s)
	case "o":
		return s.p.name(s.o)
	case "v":
		return s.p.name(s.v)
	case "living":
		return number(s.p.living.Len())
	}
	if s.p.rules.Framing == engine.FramingNeutral {
		return neutralWords[key]
	}
	return showWords[key]
}

func (v *view) name(s engine.Seat) string {
	if s < 0 || int(s) >= v.n {
		return "somebody"
	}
	return v.names[s]
}

func number(n int) string {
	words := [...]string{"none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	if n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}
