package posterior

import "github.com/turncoat-sim/turncoat/engine"

// enumerable is how many sets of traitors are gone through one by one. Above it the pairwise approximation is used.
const enumerable = 2000

// The weights of evidence, in 1/256 of a bit of the likelihood against that of a faithful naming a faithful. They were set by
// hand and checked in self-play (see the test that compares Sets with Counts); they are a policy's prejudice and no estimate.
const (
	ballotTT = -300 // a traitor votes for a fellow
	ballotTF = 16   // a traitor votes for a faithful
	ballotFT = 28   // a faithful votes for a traitor: slightly better than chance

	speechTT = -90
	speechTF = 4
	speechFT = 10

	defenceTT = 60 // a traitor speaks for a fellow
	defenceFT = -8

	against  = 26  // votes for somebody far from the most suspected
	along    = -12 // votes for one of the most suspected
	broken   = 40  // votes for another than promised
	silenced = 30  // had been named by somebody who was then murdered

	mostAlone = 3 * bit
	mostPair  = 4 * bit
)

// Sets is the posterior over the sets of traitors from the facts (Counts) and from what ballots and statements suggest. The
// evidence is kept by seat and by pair of seats, and the sets are weighed only when somebody asks. The zero value waits for
// Opened. Unlike Counts, a copy shares its evidence.
type Sets struct {
	Counts
	alone    []int32       // by seat: evidence that it is a traitor
	pair     []int32       // by pair of seats: further evidence that both are
	promised []engine.Seat // whom each promised to vote for today
	named    []engine.Seats
	public   bool    // ballots are shown with their targets (3.3)
	climate  []int16 // the outsider's view when the ballot opened

	fresh bool // the sums below are of the evidence as it stands
	sums
}

// sums are weights of sets: of all, by seat, by pair of seats.
type sums struct {
	all   uint64
	one   []uint64
	two   []uint64
	masks []engine.Seats
	logs  []int32
}

// Observe takes in one event.
func (s *Sets) Observe(o engine.Observed) {
	before := s.Counts
	s.Counts.Observe(o)
	if s.passed != before.passed || s.left != before.left || s.traitors != before.traitors || s.faithful != before.faithful {
		s.fresh = false
	}
	switch b := o.Body.(type) {
	case engine.Opened:
		s.open(b.Rules)
	case engine.PhaseBegan:
		if o.Phase == engine.PhaseBallot && s.public {
			s.climate = s.PerMille(engine.NoSeat)
		}
	case engine.Ballot:
		if s.public {
			s.ballot(b)
		}
	case engine.Statement:
		for _, a := range b.Acts {
			s.act(b.Seat, a)
		}
	case engine.Found:
		if b.Victim != engine.NoSeat {
			for j := range (s.named[b.Victim] & s.living).All() {
				s.lean(j, silenced)
			}
		}
	case engine.Banished: // promises bind no longer
		for i := range s.promised {
			s.promised[i] = engine.NoSeat
		}
	case engine.Introduced, engine.Order, engine.Drawn, engine.Tally, engine.Tied, engine.Revealed, engine.Murdered, engine.Ended:
	case engine.Remark, engine.Bid, engine.Acts, engine.Intent, engine.Belief, engine.Conferred, engine.MurderVote, engine.Thought,
		engine.Notes: // not public, or no sign
	case engine.Briefing, engine.Bookkeeping:
	}
}

func (s *Sets) open(r engine.Rules) {
	n := r.Players
	evidence := make([]int32, n+n*n)
	*s = Sets{Counts: s.Counts, alone: evidence[:n], pair: evidence[n:], public: r.Shown == engine.ShownTargets}
	s.promised, s.named = make([]engine.Seat, n), make([]engine.Seats, n)
	for i := range s.promised {
		s.promised[i] = engine.NoSeat
	}
}

func (s *Sets) ballot(b engine.Ballot) {
	if b.Lost || b.Target == engine.NoSeat || b.Target == b.Voter || !s.living.Has(b.Target) {
		return
	}
	share := int32(1 + b.Stage) // a runoff leaves little choice
	s.link(b.Voter, b.Target, ballotTT/share, ballotTF/share, ballotFT/share)
	s.named[b.Voter] = s.named[b.Voter].With(b.Target)
	if b.Stage > 0 {
		return
	}
	if p := s.promised[b.Voter]; p != engine.NoSeat && p != b.Target {
		s.lean(b.Voter, broken)
	}
	if s.climate == nil {
		return
	}
	top := int16(0)
	for j := range s.living.Without(b.Voter).All() {
		top = max(top, s.climate[j])
	}
	switch {
	case s.climate[b.Target]+100 < top:
		s.lean(b.Voter, against)
	case s.climate[b.Target]+20 >= top:
		s.lean(b.Voter, along)
	}
}

func (s *Sets) act(speaker engine.Seat, a engine.Act) {
	if a.Seat == speaker || !s.living.Has(a.Seat) {
		return
	}
	switch a.Kind {
	case engine.Accuse:
		s.link(speaker, a.Seat, speechTT, speechTF, speechFT)
		s.named[speaker] = s.named[speaker].With(a.Seat)
	case engine.Defend:
		s.link(speaker, a.Seat, defenceTT, 0, defenceFT)
	case engine.Promise:
		s.promised[speaker] = a.Seat
	case engine.Claim, engine.Question: // anybody's to make: no evidence
	}
}

// Suspect adds evidence of the observer's own that the seat is a traitor, in 1/256 of a bit.
func (s *Sets) Suspect(seat engine.Seat, by int32) {
	if int(seat) < len(s.alone) {
		s.lean(seat, by)
	}
}

// link adds the evidence of one seat naming another: by the teams of the two, against a faithful naming a faithful.
func (s *Sets) link(i, j engine.Seat, tt, tf, ft int32) {
	s.lean(i, tf)
	s.lean(j, ft)
	v := clamp(s.pair[int(i)*s.n+int(j)]+tt-tf-ft, mostPair)
	s.pair[int(i)*s.n+int(j)], s.pair[int(j)*s.n+int(i)] = v, v
}

func (s *Sets) lean(i engine.Seat, by int32) {
	s.alone[i] = clamp(s.alone[i]+by, mostAlone)
	s.fresh = false
}

func clamp(v, most int32) int32 { return max(-most, min(most, v)) }

// PerMille is, by seat, the probability that the seat is a traitor, as Counts.PerMille, with the evidence.
func (s *Sets) PerMille(observer engine.Seat) []int16 {
	if !s.weigh() {
		return s.approximate(observer)
	}
	out := make([]int16, s.n)
	all := s.all
	if observer != engine.NoSeat {
		all -= s.one[observer]
	}
	if all == 0 {
		return s.Counts.PerMille(observer)
	}
	for i := range out {
		part := s.one[i]
		if observer != engine.NoSeat {
			part -= s.two[int(observer)*s.n+i]
		}
		out[i] = perMille(part, all)
	}
	return out
}

// Suspicion is, by observer, how probable each living observer, were it faithful, would hold it that the subject is a traitor.
func (s *Sets) Suspicion(subject engine.Seat) []int16 {
	out := make([]int16, s.n)
	exact := s.weigh()
	for j := range s.living.All() {
		switch {
		case j == subject:
		case exact && s.all > s.one[j]:
			out[j] = perMille(s.one[subject]-s.two[int(j)*s.n+int(subject)], s.all-s.one[j])
		case !exact && j == s.living.Without(subject).First():
			out[j] = s.approximate(j)[subject]
		case !exact:
			out[j] = out[s.living.Without(subject).First()]
		}
	}
	return out
}

// weigh brings the sums up to date, once for all observers; false where there are too many sets.
func (s *Sets) weigh() bool {
	hidden := engine.AllSeats(s.n) &^ s.traitors &^ s.faithful
	from, to := s.sizes()
	number := uint64(0)
	for m := from; m <= to; m++ {
		if free := m - s.traitors.Len(); free >= 0 && free <= hidden.Len() {
			number += choose[hidden.Len()][free]
		}
	}
	if number > enumerable {
		return false
	}
	if s.fresh {
		return true
	}
	s.fresh = true
	s.masks, s.logs = s.masks[:0], s.logs[:0]
	w := walk{s: s, candidates: hidden.List(), departed: engine.AllSeats(s.n) &^ s.living}
	w.mixed = hidden&w.departed != 0
	base, chosen := int32(0), s.traitors.List()
	for k, i := range chosen {
		base += s.gain(i, chosen[:k])
	}
	copy(w.chosen[:], chosen)
	w.known = len(chosen)
	for m := from; m <= to; m++ {
		if m < w.known || !w.mixed && !s.admits(m, s.traitors) {
			continue
		}
		w.m, w.prior = m, log2(s.weight(m))
		w.step(0, w.known, s.traitors, base+w.prior)
	}
	s.add()
	return true
}

// gain is the evidence that comes with one more traitor beside those chosen.
func (s *Sets) gain(i engine.Seat, chosen []engine.Seat) int32 {
	g := s.alone[i]
	row := s.pair[int(i)*s.n : int(i)*s.n+s.n]
	for _, j := range chosen {
		g += row[j]
	}
	return g
}

// admits reports whether the game would have gone on at every check with these m traitors.
func (s *Sets) admits(m int, traitors engine.Seats) bool {
	alive := m
	for i := 0; ; i++ {
		if s.passed>>uint(i)&1 == 1 && !s.goesOn(alive, s.n-i) {
			return false
		}
		if i == s.left {
			return true
		}
		if traitors.Has(s.gone[i]) {
			alive--
		}
	}
}

// walk goes through the sets of m traitors that agree with the facts.
type walk struct {
	s          *Sets
	candidates []engine.Seat
	departed   engine.Seats
	mixed      bool // some departed are of unknown role, so the checks differ from set to set
	chosen     [engine.MaxSeats]engine.Seat
	known, m   int
	prior      int32
}

func (w *walk) step(from, k int, mask engine.Seats, log int32) {
	if k == w.m {
		if !w.mixed || w.s.admits(w.m, mask) {
			w.s.masks = append(w.s.masks, mask)
			w.s.logs = append(w.s.logs, log)
		}
		return
	}
	for i := from; i <= len(w.candidates)-(w.m-k); i++ {
		seat := w.candidates[i]
		w.chosen[k] = seat
		w.step(i+1, k+1, mask.With(seat), log+w.s.gain(seat, w.chosen[:k]))
	}
}

// add turns the logarithms into weights and sums them.
func (s *Sets) add() {
	if s.one == nil {
		both := make([]uint64, s.n+s.n*s.n)
		s.one, s.two = both[:s.n], both[s.n:]
	}
	clear(s.one)
	clear(s.two)
	s.all = 0
	top := int32(-1 << 30)
	for _, l := range s.logs {
		top = max(top, l)
	}
	for k, mask := range s.masks {
		w := exp2(s.logs[k] - top)
		s.all += w
		for t := mask; t != 0; t &= t - 1 {
			i := int(t.First())
			s.one[i] += w
			row := s.two[i*s.n : i*s.n+s.n]
			for u := mask; u != 0; u &= u - 1 {
				row[u.First()] += w
			}
		}
	}
}
